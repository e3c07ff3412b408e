/**
 * Tokens of smaller services that are known by their beginning.
 *
 * @see https://github.com/mongodb/kingfisher/tree/main/crates/kingfisher-rules/data/rules
 * @see https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors
 * @see https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns
 *
 * @module
 */
import {
  ALNUM,
  END,
  FAKE_UUID,
  fake,
  HEX,
  isMixed,
  type Rule,
  START,
  tokenRule,
  UPPER,
  UUID,
  WORD,
} from './rule.ts';

const LOWER = '0123456789abcdefghijklmnopqrstuvwxyz';

export const moreTokenRules = (): readonly Rule[] => [
  tokenRule({
    id: 'zuplo-key',
    description: 'Zuplo API key',
    prefixes: ['zpka_'],
    body: `[a-z0-9]{32}_[a-z0-9]{8}${END}`,
    match: [`zpka_${fake(HEX, 32)}_${fake(HEX, 8)}`],
    noMatch: ['zpka_x'],
  }),
  tokenRule({
    id: 'endor-labs-token',
    description: 'Endor Labs API key',
    prefixes: ['endr+'],
    body: `[A-Za-z0-9-]{16}${END}`,
    match: [`endr+${fake(ALNUM, 16)}`],
    noMatch: ['endr+x', 'endr+ctl'],
  }),
  tokenRule({
    id: 'thunderstore-token',
    description: 'Thunderstore API token',
    prefixes: ['tss_'],
    body: `[A-Za-z0-9]{36}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`tss_${fake(ALNUM, 36)}`],
    noMatch: ['tss_config'],
  }),
  tokenRule({
    id: 'cockroach-cloud-key',
    description: 'CockroachDB Cloud API key',
    prefixes: ['CCDB1_'],
    body: `[A-Za-z0-9]{22}_[A-Za-z0-9]{40}${END}`,
    match: [`CCDB1_${fake(ALNUM, 22)}_${fake(ALNUM, 40)}`],
    noMatch: ['CCDB1_KEY'],
  }),
  tokenRule({
    id: 'lichess-token',
    description: 'Lichess personal or OAuth token',
    prefixes: ['lip_', 'lio_'],
    body: `[A-Za-z0-9]{20}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`lip_${fake(ALNUM, 20)}`],
    noMatch: ['lip_sync', 'clip_aaaaaaaaaaaaaaaaaaaa'],
  }),
  tokenRule({
    id: 'dbt-cloud-token',
    description: 'dbt Cloud service or user token',
    prefixes: ['dbtc_', 'dbtu_'],
    body: '[A-Za-z0-9_-]{20,64}',
    check: (_, __, body) => isMixed(body),
    match: [`dbtc_${fake(WORD, 43)}`],
    noMatch: ['dbtc_x'],
  }),
  tokenRule({
    id: 'wakatime-key',
    description: 'WakaTime API key',
    prefixes: ['waka_', 'waka_sec_', 'waka_tok_'],
    body: `(?:sec_|tok_)?(?:${UUID}|[A-Za-z0-9]{60,100})`,
    match: [`waka_${FAKE_UUID}`],
    noMatch: ['waka_time'],
  }),
  tokenRule({
    id: 'rootly-key',
    description: 'Rootly API key',
    prefixes: ['rootly_'],
    body: `[a-f0-9]{64}${END}`,
    match: [`rootly_${fake(HEX, 64)}`],
    noMatch: ['rootly_team'],
  }),
  tokenRule({
    id: 'vk-token',
    description: 'VK access token',
    prefixes: ['vk1.a.'],
    body: '[A-Za-z0-9_-]{60,300}',
    match: [`vk1.a.${fake(WORD, 180)}`],
    noMatch: ['vk1.a.b'],
  }),
  tokenRule({
    id: 'nylas-key',
    description: 'Nylas API key',
    prefixes: ['nyk_v0_'],
    body: `[A-Za-z0-9]{40,80}${END}`,
    match: [`nyk_v0_${fake(ALNUM, 64)}`],
    noMatch: ['nyk_v0_x'],
  }),
  tokenRule({
    id: 'telnyx-key',
    description: 'Telnyx API key',
    prefixes: ['KEY01'],
    body: `[A-F0-9]{30}_[A-Za-z0-9]{22}${END}`,
    match: [`KEY01${fake('0123456789ABCDEF', 30)}_${fake(ALNUM, 22)}`],
    noMatch: ['KEY01', 'KEY01_NAME'],
  }),
  tokenRule({
    id: 'ubidots-token',
    description: 'Ubidots token',
    prefixes: ['BBFF-'],
    body: `[A-Za-z0-9]{30}${END}`,
    match: [`BBFF-${fake(ALNUM, 30)}`],
    noMatch: ['BBFF-00'],
  }),
  tokenRule({
    id: 'authress-key',
    description: 'Authress service client access key',
    prefixes: ['sc_', 'ext_', 'scauth_', 'authress_'],
    body: `[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[A-Za-z0-9+/_=-]{30,120}`,
    match: [`sc_${fake(LOWER, 20)}.${fake(LOWER, 5)}.acc-${fake(LOWER, 16)}.${fake(ALNUM, 50)}`],
    noMatch: ['ext_name.acc', 'sc_auth.client'],
  }),
  tokenRule({
    id: 'datadog-prefixed-key',
    description: 'Datadog application key with a beginning of its own',
    prefixes: ['ddapp_', 'ddpat_', 'ddapi_'],
    body: `[A-Za-z0-9]{32,60}${END}`,
    match: [`ddapp_${fake(ALNUM, 34)}`],
    noMatch: ['ddapp_key'],
  }),
  tokenRule({
    id: 'google-hmac-id',
    description: 'Access id of a Google Cloud Storage HMAC key',
    prefixes: ['GOOG1E'],
    body: `[A-Z0-9]{55}${END}`,
    match: [`GOOG1E${fake(UPPER, 55)}`],
    noMatch: ['GOOG1E'],
  }),
  {
    id: 'rancher-token',
    description: 'Rancher API token',
    keywords: ['token-'],
    pattern: new RegExp(`${START}token-[a-z0-9]{5}:[a-z0-9]{54}${END}`, 'y'),
    examples: {
      match: [`token-ab1c2:${fake(LOWER, 54)}`],
      noMatch: ['token-based', 'token-ab1c2:name'],
    },
  },
  {
    id: 'twitter-bearer-token',
    description: 'X (Twitter) app-only bearer token',
    keywords: ['aaaaaaaaaaaaaaaaaaaaa'],
    pattern: new RegExp(`${START}A{20,24}[A-Za-z0-9%+/=]{60,110}`, 'y'),
    check: ([token]) => new Set(token).size > 20,
    examples: {
      match: [`${'A'.repeat(22)}${fake(ALNUM, 30)}%3D${fake(ALNUM, 50)}`],
      noMatch: ['A'.repeat(120)],
    },
  },
  {
    id: 'zapier-webhook',
    description: 'The secret part of a Zapier webhook',
    keywords: ['hooks.zapier.com/hooks/catch/'],
    pattern: /hooks\.zapier\.com\/hooks\/catch\/\d{4,12}\/([a-z0-9]{5,12})(?![a-z0-9])/dy,
    examples: {
      match: ['https://hooks.zapier.com/hooks/catch/1234567/«a1b2c3d»/'],
      noMatch: ['https://hooks.zapier.com/hooks/catch/'],
    },
  },
];
