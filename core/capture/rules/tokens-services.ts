/**
 * Keys of office, identity and other services, known by their shape.
 *
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 * @see https://github.com/mongodb/kingfisher/tree/main/crates/kingfisher-rules/data/rules
 * @see https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors
 *
 * @module
 */
import { ALNUM, END, fake, HEX, isMixed, type Rule, tokenRule, UPPER, WORD } from './rule.ts';

export const serviceTokenRules = (): readonly Rule[] => [
  tokenRule({
    id: 'linear-key',
    description: 'Linear API key or OAuth token',
    prefixes: ['lin_api_', 'lin_oauth_'],
    body: '[A-Za-z0-9]{32,80}',
    match: [`lin_api_${fake(ALNUM, 40)}`],
    noMatch: ['lin_api_client'],
  }),
  tokenRule({
    id: 'notion-token',
    description: 'Notion integration token',
    prefixes: ['ntn_', 'secret_'],
    body: `[A-Za-z0-9]{40,64}${END}`,
    match: [`ntn_${fake(ALNUM, 46)}`, `secret_${fake(ALNUM, 43)}`],
    noMatch: ['secret_name', 'secret_manager_secret_version_arn'],
  }),
  tokenRule({
    id: 'airtable-token',
    description: 'Airtable personal access token',
    prefixes: ['pat'],
    body: '[A-Za-z0-9]{14}\\.[a-f0-9]{64}',
    match: [`pat${fake(ALNUM, 14)}.${fake(HEX, 64)}`],
    noMatch: ['path.to.file', 'pattern'],
  }),
  tokenRule({
    id: 'hubspot-token',
    description: 'HubSpot private app token',
    prefixes: ['pat-na', 'pat-eu', 'pat-ap'],
    body: '\\d-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}',
    match: [`pat-na1-${fake(HEX, 8)}-${fake(HEX, 4)}-${fake(HEX, 4)}-${fake(HEX, 4)}-${fake(HEX, 12)}`],
    noMatch: ['pat-na1'],
  }),
  tokenRule({
    id: 'figma-token',
    description: 'Figma access token',
    prefixes: ['figd_', 'figu_', 'figo_'],
    body: '[A-Za-z0-9_-]{38,64}',
    match: [`figd_${fake(WORD, 40)}`],
    noMatch: ['figd_x'],
  }),
  tokenRule({
    id: 'contentful-token',
    description: 'Contentful personal access token',
    prefixes: ['CFPAT-'],
    body: '[A-Za-z0-9_-]{40,64}',
    match: [`CFPAT-${fake(WORD, 43)}`],
    noMatch: ['CFPAT-x'],
  }),
  tokenRule({
    id: 'typeform-token',
    description: 'Typeform token',
    prefixes: ['tfp_'],
    body: '[A-Za-z0-9_.=-]{40,64}',
    check: (_, __, body) => isMixed(body),
    match: [`tfp_${fake(WORD, 59)}`],
    noMatch: ['tfp_x'],
  }),
  tokenRule({
    id: 'clickup-token',
    description: 'ClickUp API token',
    prefixes: ['pk_'],
    body: `\\d{5,10}_[A-Z0-9]{32}${END}`,
    match: [`pk_1234567_${fake(UPPER, 32)}`],
    noMatch: ['pk_12_x'],
  }),
  tokenRule({
    id: 'trello-token',
    description: 'Trello API token',
    prefixes: ['ATTA'],
    body: `[a-f0-9]{60,72}[A-F0-9]{0,8}${END}`,
    match: [`ATTA${fake(HEX, 64)}`],
    noMatch: ['ATTACHMENT'],
  }),
  tokenRule({
    id: 'asana-personal-token',
    description: 'Asana personal access token that names its owner and its app',
    prefixes: ['2/1'],
    body: `[0-9]{14,19}/[0-9]{15,20}:[a-f0-9]{32}${END}`,
    match: [`use «2/1200000000000001/1200000000000002:${fake(HEX, 32)}» here`],
    noMatch: ['2/1200000000000001/1200000000000002:00'],
  }),
  {
    id: 'asana-token',
    description: 'Asana personal access token',
    tag: 'secret',
    keywords: ['asana'],
    pattern:
      /(?:(?<![A-Za-z0-9/])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[12]\/\d{10,20}(?:\/\d{10,20})?:[a-f0-9]{32}(?![A-Za-z0-9])/g,
    examples: {
      match: [
        `asana «1/1234567890123456:${fake(HEX, 32)}»`,
        `ASANA «2/1200000000000001/1200000000000002:${fake(HEX, 32)}»`,
      ],
      noMatch: ['asana 1/2'],
    },
  },
  tokenRule({
    id: 'mapbox-token',
    description: 'Mapbox secret, temporary or public token',
    prefixes: ['sk.eyJ', 'tk.eyJ', 'pk.eyJ'],
    body: '[A-Za-z0-9_-]{40,120}\\.[A-Za-z0-9_-]{20,24}',
    match: [`sk.eyJ${fake(ALNUM, 60)}.${fake(ALNUM, 22)}`],
    noMatch: ['pk.eyJ'],
  }),
  tokenRule({
    id: 'tailscale-key',
    description: 'Tailscale auth, API, client or SCIM key',
    prefixes: ['tskey-'],
    body: '[a-z]{3,12}-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,48}',
    match: [
      `tskey-auth-${fake(ALNUM, 11)}CNTRL-${fake(ALNUM, 32)}`,
      `tskey-api-${fake(ALNUM, 17)}-${fake(ALNUM, 32)}`,
    ],
    noMatch: ['tskey-auth-x'],
  }),
  tokenRule({
    id: 'frameio-token',
    description: 'Frame.io token',
    prefixes: ['fio-u-'],
    body: '[A-Za-z0-9_=-]{64}',
    match: [`fio-u-${fake(WORD, 64)}`],
    noMatch: ['fio-u-x'],
  }),
  tokenRule({
    id: 'dropbox-token',
    description: 'Dropbox access token',
    prefixes: ['sl.'],
    body: '(?:[a-zA-Z]\\.)?[A-Za-z0-9_-]{120,256}',
    check: (_, __, body) => isMixed(body),
    match: [`sl.${fake(WORD, 135)}`, `sl.u.${fake(WORD, 200)}`],
    noMatch: ['sl.example'],
  }),
  tokenRule({
    id: 'pinterest-token',
    description: 'Pinterest access token',
    prefixes: ['pina_', 'pinc_'],
    body: '[A-Za-z0-9]{60,100}',
    match: [`pina_${fake(UPPER, 80)}`],
    noMatch: ['pina_colada'],
  }),
  tokenRule({
    id: 'settlemint-token',
    description: 'SettleMint access token',
    prefixes: ['sm_aat_', 'sm_pat_', 'sm_sat_'],
    body: `[A-Za-z0-9]{16}${END}`,
    match: [`sm_pat_${fake(ALNUM, 16)}`],
    noMatch: ['sm_pat_x'],
  }),
  tokenRule({
    id: 'defined-networking-key',
    description: 'Defined Networking API key',
    prefixes: ['dnkey-'],
    body: '[A-Za-z0-9_=-]{26}-[A-Za-z0-9_=-]{52}',
    match: [`dnkey-${fake(ALNUM, 26)}-${fake(ALNUM, 52)}`],
    noMatch: ['dnkey-x'],
  }),
  {
    id: 'rapidapi-key',
    description: 'RapidAPI key',
    keywords: ['jsn'],
    pattern:
      /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[a-f0-9]{10}msh[a-f0-9]{15}p[a-f0-9]{6}jsn[a-f0-9]{12}(?![A-Za-z0-9])/g,
    examples: {
      match: [`${fake(HEX, 10)}msh${fake(HEX, 15)}p${fake(HEX, 6)}jsn${fake(HEX, 12)}`],
      noMatch: ['jsn', 'mshpjsn'],
    },
  },
];
