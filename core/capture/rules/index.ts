/**
 * All rules, in no order: the engine sorts them. They are made when somebody asks for them: a program that redacts
 * nothing shall not wait for three hundred patterns.
 *
 * @module
 */
import { ciWorkspaceRules } from './ci-workspaces.ts';
import { commandRules } from './commands.ts';
import { credentialFileRules } from './credential-files.ts';
import { hostPathRules } from './host-paths.ts';
import { keyMaterialRules } from './key-material.ts';
import { loginRules } from './logins.ts';
import { namedRules } from './named.ts';
import { namedLineRules } from './named-lines.ts';
import { namedNestedRules } from './named-nested.ts';
import { namedPairRules } from './named-pairs.ts';
import { namedStatementRules } from './named-statements.ts';
import { personalRules } from './personal.ts';
import { printedRules } from './printed.ts';
import type { Rule } from './rule.ts';
import { structuredRules } from './structured.ts';
import { agentTokenRules } from './tokens-agents.ts';
import { aiTokenRules } from './tokens-ai.ts';
import { buildTokenRules } from './tokens-build.ts';
import { chatTokenRules } from './tokens-chat.ts';
import { cloudTokenRules } from './tokens-cloud.ts';
import { codeTokenRules } from './tokens-code.ts';
import { hostingTokenRules } from './tokens-hosting.ts';
import { identityTokenRules } from './tokens-identity.ts';
import { monitoringTokenRules } from './tokens-monitoring.ts';
import { nearTokenRules } from './tokens-near.ts';
import { paymentTokenRules } from './tokens-payment.ts';
import { serviceTokenRules } from './tokens-services.ts';

import { webGrantRules } from './web-grants.ts';

type RuleClasses = Readonly<Record<string, readonly Rule[]>>;

let classes: RuleClasses | undefined;

/** The rules by class, as the documentation and the tests show them. */
export function ruleClasses(): RuleClasses {
  classes ??= {
    'source hosts': codeTokenRules(),
    'registries, builds and vaults': buildTokenRules(),
    'model providers': aiTokenRules(),
    'agent tools': agentTokenRules(),
    clouds: cloudTokenRules(),
    'hosting and databases': hostingTokenRules(),
    'chat and mail': chatTokenRules(),
    payment: paymentTokenRules(),
    monitoring: monitoringTokenRules(),
    services: serviceTokenRules(),
    'identity services': identityTokenRules(),
    'keys near a name': nearTokenRules(),
    'structured secrets': [...structuredRules(), ...webGrantRules(), ...keyMaterialRules()],
    'credential files': credentialFileRules(),
    'secrets by name': [
      ...namedRules(),
      ...namedPairRules(),
      ...namedLineRules(),
      ...namedStatementRules(),
      ...namedNestedRules(),
    ],
    commands: [...commandRules(), ...loginRules(), ...printedRules()],
    'personal data': personalRules(),
    'host paths': [...hostPathRules(), ...ciWorkspaceRules()],
  };
  return classes;
}

/** Every built-in rule. */
export function builtInRules(): readonly Rule[] {
  return Object.values(ruleClasses()).flat();
}

/** The rules that a team may switch off: personal data and host paths. Those for credentials always run. */
export function personalRuleIds(): readonly string[] {
  return [...(ruleClasses()['personal data'] ?? []), ...(ruleClasses()['host paths'] ?? [])].map(
    ({ id }) => id,
  );
}
