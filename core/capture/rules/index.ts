/**
 * All rules, in no order: the engine sorts them.
 *
 * @module
 */
import { hostPathRules } from './host-paths.ts';
import { namedRules } from './named.ts';
import { personalRules } from './personal.ts';
import type { Rule } from './rule.ts';
import { structuredRules } from './structured.ts';
import { aiTokenRules } from './tokens-ai.ts';
import { cloudTokenRules } from './tokens-cloud.ts';
import { codeTokenRules } from './tokens-code.ts';
import { serviceTokenRules } from './tokens-services.ts';

/** The rules by class, as the documentation and the tests show them. */
export const RULE_CLASSES: Readonly<Record<string, readonly Rule[]>> = {
  'source hosts and registries': codeTokenRules,
  'model providers': aiTokenRules,
  clouds: cloudTokenRules,
  services: serviceTokenRules,
  'structured secrets': structuredRules,
  'secrets by name': namedRules,
  'personal data': personalRules,
  'host paths': hostPathRules,
};

/** Every built-in rule. */
export const RULES: readonly Rule[] = Object.values(RULE_CLASSES).flat();
