/**
 * Keys of clouds, known by their shape or by a word that must stand near.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 * @see https://learn.microsoft.com/en-us/purview/sit-defn-azure-storage-account-key
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
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
  tokenRule,
  UPPER,
  UUID,
  WORD,
} from './rule.ts';

export const cloudTokenRules = (): readonly Rule[] => [
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
    pattern: /(?:aws|secret)[A-Za-z_ ]{0,32}[^A-Za-z0-9/+\n]{1,8}([A-Za-z0-9/+]{40,256}={0,2})/diy,
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
    id: 'aws-session-token',
    description: 'AWS session token of STS',
    prefixes: ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz'],
    body: '[A-Za-z0-9+/]{80,256}={0,2}',
    match: [`IQoJb3JpZ2lu${fake(ALNUM, 300)}==`],
    noMatch: ['IQoJb3JpZ2lu'],
  }),
  tokenRule({
    id: 'aws-bedrock-key',
    description: 'Amazon Bedrock API key, long-lived or short-lived',
    prefixes: ['ABSK', 'bedrock-api-key-'],
    body: '[A-Za-z0-9+/]{100,256}={0,2}',
    match: [`ABSK${fake(ALNUM, 128)}`, `bedrock-api-key-${fake(ALNUM, 400)}`],
    noMatch: ['ABSKshort', 'bedrock-api-key-name'],
  }),
  tokenRule({
    id: 'aws-mws-key',
    description: 'Amazon Marketplace Web Service token',
    prefixes: ['amzn.mws.'],
    body: UUID,
    match: [`amzn.mws.${FAKE_UUID}`],
    noMatch: ['amzn.mws.example'],
  }),
  tokenRule({
    id: 'google-oauth-token',
    description: 'Google OAuth access token',
    prefixes: ['ya29.'],
    body: '[A-Za-z0-9_-]{20,256}',
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
    id: 'gcp-service-account-key-id',
    description: 'The key id of a Google service account',
    tag: 'secret',
    keywords: ['private_key_id'],
    pattern: /private_key_id\\{0,7}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,7}["']?([a-f0-9]{40})(?![A-Za-z0-9])/dy,
    examples: {
      match: [`"private_key_id": "«${fake(HEX, 40)}»",`, `\\"private_key_id\\": \\"«${fake(HEX, 40)}»\\"`],
      noMatch: ['"private_key_id": "your-key-id"'],
    },
  },
  {
    id: 'firebase-cloud-messaging-key',
    description: 'Firebase Cloud Messaging server key',
    keywords: [':apa91b'],
    pattern:
      /(?:(?<![A-Za-z0-9_-])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{80,200}/g,
    bound: 200,
    examples: {
      match: [`AAAA${fake(ALNUM, 7)}:APA91b${fake(WORD, 134)}`],
      noMatch: ['AAAA:APA91b'],
    },
  },
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
    id: 'azure-identifiable-key',
    description: 'An Azure key that carries the mark of its service (storage, Cosmos, Search, Service Bus …)',
    keywords: [
      '+ast',
      '+aba',
      '+amc',
      '+aiot',
      '+asb',
      '+aeh',
      '+arm',
      '+acr',
      'acdb',
      'azse',
      'azfu',
      'azca',
    ],
    pattern:
      /(?:(?<![A-Za-z0-9+/])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[A-Za-z0-9+/_-]{33,80}(?:\+(?:ASt|ABa|AMC|AIoT|ASb|AEh|ARm|ACR)|ACDb|AzSe|AzFu|AzCa)[A-Za-z0-9+/_-]{5,12}={0,2}(?![A-Za-z0-9+/=])/g,
    entropy: 4,
    examples: {
      match: [`${fake(ALNUM, 76)}+ASt${fake(ALNUM, 6)}==`, `${fake(ALNUM, 42)}AzSe${fake(ALNUM, 6)}`],
      noMatch: ['a+ASt', 'the AzFu module'],
    },
  },
  {
    id: 'azure-devops-token',
    description: 'Azure DevOps personal access token',
    keywords: ['azdo'],
    pattern:
      /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4,5}(?![A-Za-z0-9])/g,
    examples: {
      match: [`${fake(ALNUM, 76)}AZDO${fake(ALNUM, 4)}`],
      noMatch: ['AZDO_PAT', 'AZDO1234'],
    },
  },
  {
    id: 'azure-client-secret',
    description: 'Microsoft Entra client secret',
    keywords: ['q~'],
    reach: { before: 16, after: 64 },
    pattern:
      /(?:(?<![A-Za-z0-9_~.-])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])/g,
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
    id: 'alibaba-key-id',
    description: 'Alibaba Cloud access key id',
    prefixes: ['LTAI'],
    body: `[A-Za-z0-9]{16,24}${END}`,
    match: [`LTAI${fake(ALNUM, 20)}`],
    noMatch: ['LTAIshort'],
  }),
  tokenRule({
    id: 'tencent-secret-id',
    description: 'Tencent Cloud secret id',
    prefixes: ['AKID'],
    body: `[A-Za-z0-9]{32}${END}`,
    match: [`AKID${fake(ALNUM, 32)}`],
    noMatch: ['AKIDshort'],
  }),
  tokenRule({
    id: 'baidu-key',
    description: 'Baidu AI Cloud key',
    prefixes: ['ALTAK-', 'bce-v3/ALTAK-'],
    body: '[A-Za-z0-9]{21}(?:/[a-f0-9]{40})?',
    match: [`bce-v3/ALTAK-${fake(ALNUM, 21)}/${fake(HEX, 40)}`, `ALTAK-${fake(ALNUM, 21)}`],
    noMatch: ['ALTAK-x'],
  }),
  tokenRule({
    id: 'volcengine-key-id',
    description: 'Volcano Engine access key id',
    prefixes: ['AKLT'],
    body: '[A-Za-z0-9_-]{40,60}',
    check: (_, __, body) => isMixed(body),
    match: [`AKLT${fake(ALNUM, 43)}`],
    noMatch: ['AKLTshort'],
  }),
  tokenRule({
    id: 'yandex-key',
    description: 'Yandex Cloud API key, IAM token, static access key or OAuth token',
    prefixes: ['AQVN', 't1.', 'YCAJE', 'YCM', 'y0_'],
    body: '[A-Za-z0-9_-]{35,256}(?:={0,2}\\.[A-Za-z0-9_-]{86}={0,2})?',
    check: (_, secret, body) =>
      isMixed(body) && (!secret.startsWith('t1.') || /\.[A-Za-z0-9_-]{86}={0,2}$/.test(body)),
    match: [`AQVN${fake(WORD, 36)}`, `t1.9eu${fake(WORD, 90)}.${fake(WORD, 86)}`, `y0_${fake(WORD, 58)}`],
    noMatch: ['AQVNx', 'y0_start', 't1.9eu', `t1.${fake(WORD, 60)}`],
  }),
];
