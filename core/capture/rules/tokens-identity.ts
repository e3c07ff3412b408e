/**
 * Keys of identity, customer and calendar services, known by their shape.
 *
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 * @see https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors
 *
 * @module
 */
import { ALNUM, END, FAKE_UUID, fake, HEX, isMixed, type Rule, tokenRule, WORD } from './rule.ts';

export const identityTokenRules = (): readonly Rule[] => [
  tokenRule({
    id: 'adobe-secret',
    description: 'Adobe client secret',
    prefixes: ['p8e-', 'p8-'],
    body: '[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])',
    entropy: 4,
    check: (_, __, body) => isMixed(body),
    match: [`p8e-${fake(ALNUM, 32)}`],
    noMatch: ['p8e-x'],
  }),
  tokenRule({
    id: 'salesforce-token',
    description: 'Salesforce session or access token',
    prefixes: ['00D'],
    body: '[A-Za-z0-9]{12,15}![A-Za-z0-9._-]{60,130}',
    match: [`00D${fake(ALNUM, 12)}!AQ${fake(ALNUM, 90)}`],
    noMatch: ['00D1!x'],
  }),
  tokenRule({
    id: 'zoho-token',
    description: 'Zoho OAuth token',
    prefixes: ['1000.'],
    body: `[a-f0-9]{32}\\.[a-f0-9]{32}${END}`,
    match: [`1000.${fake(HEX, 32)}.${fake(HEX, 32)}`],
    noMatch: ['1000.00'],
  }),
  tokenRule({
    id: 'calcom-key',
    description: 'Cal.com API key',
    prefixes: ['cal_live_'],
    body: `[a-f0-9]{32}${END}`,
    match: [`cal_live_${fake(HEX, 32)}`],
    noMatch: ['cal_live_x'],
  }),
  tokenRule({
    id: 'close-key',
    description: 'Close API key',
    prefixes: ['api_'],
    body: `[A-Za-z0-9]{20,24}\\.[A-Za-z0-9]{20,24}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`api_${fake(ALNUM, 22)}.${fake(ALNUM, 22)}`],
    noMatch: ['api_client.method'],
  }),
  tokenRule({
    id: 'intra42-secret',
    description: '42 intra client secret',
    prefixes: ['s-s4t2ud-', 's-s4t2af-'],
    body: '[a-f0-9]{64}',
    match: [`s-s4t2ud-${fake(HEX, 64)}`],
    noMatch: ['s-s4t2ud-x'],
  }),
  tokenRule({
    id: 'onfido-token',
    description: 'Onfido API token',
    prefixes: ['api_live.', 'api_sandbox.', 'api_live_us.', 'api_live_ca.'],
    body: '[A-Za-z0-9_-]{11}\\.[A-Za-z0-9_-]{32}',
    match: [`api_live.${fake(ALNUM, 11)}.${fake(ALNUM, 32)}`],
    noMatch: ['api_live.x'],
  }),
  tokenRule({
    id: 'persona-key',
    description: 'Persona API key',
    prefixes: ['persona_production_', 'persona_sandbox_'],
    body: '[a-f0-9-]{36}',
    match: [`persona_production_${FAKE_UUID}`],
    noMatch: ['persona_sandbox_x'],
  }),
  tokenRule({
    id: 'stytch-secret',
    description: 'Stytch project secret',
    prefixes: ['secret-live-', 'secret-test-'],
    body: '[A-Za-z0-9_=-]{36,44}',
    entropy: 4,
    check: (_, __, body) => isMixed(body),
    match: [`secret-live-${fake(WORD, 43)}`],
    noMatch: ['secret-test-x'],
  }),
  tokenRule({
    id: 'unkey-root-key',
    description: 'Unkey root key',
    prefixes: ['unkey_'],
    body: `[A-Za-z0-9]{20,30}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`unkey_${fake(ALNUM, 22)}`],
    noMatch: ['unkey_workspace', 'monkey_abcdefghijklmnopqrst1'],
  }),
  tokenRule({
    id: 'liveblocks-key',
    description: 'Liveblocks secret key',
    prefixes: ['sk_dev_'],
    body: '[A-Za-z0-9_-]{40,80}',
    entropy: 4,
    check: (_, __, body) => isMixed(body),
    match: [`sk_dev_${fake(WORD, 66)}`],
    noMatch: ['sk_dev_x'],
  }),
];
