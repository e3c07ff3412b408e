/**
 * Keys of clouds and hosting, known by their shape or by a word that must stand near.
 *
 * @module
 */
import { ALNUM, END, fake, HEX, type Rule, START, tokenRule, UPPER } from './rule.ts';

const WORD = `${ALNUM}_-`;

export const cloudTokenRules: readonly Rule[] = [
  tokenRule({
    id: 'aws-access-key-id',
    description: 'AWS access key id, long-lived or temporary',
    prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    body: `[A-Z0-9]{16}${END}`,
    match: [`AKIA${fake(UPPER, 16)}`, `ASIA${fake(UPPER, 16)}`, 'key is «AKIAIOSFODNN7EXAMPLE» and'],
    noMatch: ['AKIAshort', 'ASIATISCHE', 'xAKIAIOSFODNN7EXAMPLEy'],
  }),
  {
    id: 'aws-secret-key',
    description: 'AWS secret access key or session token near a word that announces it',
    tag: 'secret',
    keywords: [
      'aws_secret',
      'secret_access',
      'secretaccess',
      'secret access',
      'aws secret',
      'aws_session_token',
    ],
    pattern: /(?:aws|secret)[A-Za-z_ ]{0,32}[^A-Za-z0-9/+\n]{1,8}([A-Za-z0-9/+]{40,2048}={0,2})/diy,
    entropy: 3.5,
    examples: {
      match: [
        `aws secret access key is\t«${fake(ALNUM, 40)}»`.replace(' is\t', ' -> '),
        `SecretAccessKey | «${fake(`${ALNUM}/+`, 40)}»`,
      ],
      noMatch: [
        'aws_secret_access_key -> aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
        'secret access key rotation',
      ],
    },
  },
  tokenRule({
    id: 'aws-bedrock-key',
    description: 'Amazon Bedrock API key',
    prefixes: ['ABSK'],
    body: '[A-Za-z0-9+/]{100,300}={0,2}',
    match: [`ABSK${fake(ALNUM, 128)}`],
    noMatch: ['ABSKshort'],
  }),
  tokenRule({
    id: 'google-oauth-token',
    description: 'Google OAuth access token',
    prefixes: ['ya29.'],
    body: '[A-Za-z0-9_-]{20,1024}',
    match: [`ya29.${fake(WORD, 120)}`],
    noMatch: ['ya29.x'],
  }),
  tokenRule({
    id: 'google-oauth-secret',
    description: 'Google OAuth client secret',
    prefixes: ['GOCSPX-'],
    body: '[A-Za-z0-9_-]{28}',
    match: [`GOCSPX-${fake(WORD, 28)}`],
    noMatch: ['GOCSPX-x'],
  }),
  tokenRule({
    id: 'google-refresh-token',
    description: 'Google OAuth refresh token',
    prefixes: ['1//0'],
    body: '[A-Za-z0-9_-]{40,255}',
    match: [`1//0${fake(WORD, 98)}`],
    noMatch: ['1//0 is a comment'],
  }),
  {
    id: 'azure-storage-key',
    description: 'Azure storage or Service Bus key in a connection string',
    tag: 'secret',
    keywords: ['accountkey=', 'sharedaccesskey='],
    pattern: /(?:accountkey|sharedaccesskey)=([A-Za-z0-9+/]{40,100}={0,2})/diy,
    examples: {
      match: [`AccountName=a;AccountKey=«${fake(ALNUM, 86)}==»;EndpointSuffix=x`],
      noMatch: ['AccountKey=short'],
    },
  },
  {
    id: 'azure-client-secret',
    description: 'Microsoft Entra client secret',
    keywords: ['q~'],
    pattern: /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])/g,
    examples: {
      match: [`${fake(ALNUM, 3)}8Q~${fake(ALNUM, 34)}`],
      noMatch: ['faq~', 'abc8Q~short'],
    },
  },
  tokenRule({
    id: 'digitalocean-token',
    description: 'DigitalOcean personal, OAuth or refresh token',
    prefixes: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    body: '[a-f0-9]{64}',
    match: [`dop_v1_${fake(HEX, 64)}`],
    noMatch: ['dop_v1_x'],
  }),
  tokenRule({
    id: 'databricks-token',
    description: 'Databricks access token',
    prefixes: ['dapi'],
    body: `[a-f0-9]{32}(?:-\\d)?${END}`,
    match: [`dapi${fake(HEX, 32)}`, `dapi${fake(HEX, 32)}-2`],
    noMatch: ['dapi-client', 'dapifeedbeef'],
  }),
  tokenRule({
    id: 'heroku-key',
    description: 'Heroku API key',
    prefixes: ['HRKU-'],
    body: '[A-Za-z0-9_-]{36,80}',
    match: [`HRKU-${fake(WORD, 60)}`],
    noMatch: ['HRKU-x'],
  }),
  tokenRule({
    id: 'alibaba-key-id',
    description: 'Alibaba Cloud access key id',
    prefixes: ['LTAI'],
    body: `[A-Za-z0-9]{16,24}${END}`,
    match: [`LTAI${fake(ALNUM, 20)}`],
    noMatch: ['LTAIshort'],
  }),
  tokenRule({
    id: 'fly-token',
    description: 'Fly.io macaroon',
    prefixes: ['fm1_', 'fm1r_', 'fm1a_', 'fm2_'],
    body: '[A-Za-z0-9+/=_-]{60,4096}',
    match: [`fm2_${fake(ALNUM, 200)}`],
    noMatch: ['fm2_x'],
  }),
  tokenRule({
    id: 'supabase-key',
    description: 'Supabase management token or secret key',
    prefixes: ['sbp_', 'sb_secret_'],
    body: '[A-Za-z0-9_-]{30,80}',
    match: [`sbp_${fake(HEX, 40)}`, `sb_secret_${fake(ALNUM, 31)}`],
    noMatch: ['sbp_x'],
  }),
  tokenRule({
    id: 'planetscale-token',
    description: 'PlanetScale password or token',
    prefixes: ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'],
    body: '[A-Za-z0-9_.-]{32,64}',
    match: [`pscale_pw_${fake(ALNUM, 43)}`],
    noMatch: ['pscale_pw_x'],
  }),
  tokenRule({
    id: 'pulumi-token',
    description: 'Pulumi access token',
    prefixes: ['pul-'],
    body: `[a-f0-9]{40}${END}`,
    match: [`pul-${fake(HEX, 40)}`],
    noMatch: ['pul-x'],
  }),
  tokenRule({
    id: 'netlify-token',
    description: 'Netlify token',
    prefixes: ['nfp_', 'nfc_', 'nfo_', 'nfu_'],
    body: `[A-Za-z0-9]{36}${END}`,
    match: [`nfp_${fake(ALNUM, 36)}`],
    noMatch: ['nfp_x'],
  }),
  {
    id: 'cloud-context-key',
    description: 'A 32 to 64 digit key after the name of a service whose keys have no shape of their own',
    tag: 'secret',
    keywords: [
      'datadog',
      'dd_app',
      'dd-a',
      'cloudflare',
      'mistral',
      'cohere',
      'wandb',
      'opik',
      'comet',
      'algolia',
      'okta',
    ],
    pattern: new RegExp(
      String.raw`(?:datadog|dd[_-]a|cloudflare|mistral|cohere|wandb|opik|comet|algolia|okta)[^\r\n]{0,24}?[^A-Za-z0-9]${START}([A-Za-z0-9_-]{32,64})${END}`,
      'diy',
    ),
    entropy: 3,
    check: (_, value) =>
      /\d/.test(value) && /[A-Za-z]/.test(value) && !/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value),
    examples: {
      match: [`Mistral: «${fake(ALNUM, 32)}»`, `wandb login «${fake(HEX, 40)}»`],
      noMatch: ['opik trace 0190a5b2-7c3d-7e4f-8a9b-0c1d2e3f4a5b', 'mistral large', 'cohere.com'],
    },
  },
];
