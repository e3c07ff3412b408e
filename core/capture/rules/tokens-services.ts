/**
 * Keys of messaging, payment, monitoring and office services, known by their shape.
 *
 * @module
 */
import { ALNUM, END, fake, HEX, type Rule, tokenRule, UPPER } from './rule.ts';

const WORD = `${ALNUM}_-`;
const mixed = (text: string): boolean => /\d/.test(text) && /[A-Za-z]/.test(text);

export const serviceTokenRules: readonly Rule[] = [
  tokenRule({
    id: 'slack-token',
    description: 'Slack bot, user, app, refresh and configuration tokens',
    prefixes: [
      'xoxa-',
      'xoxb-',
      'xoxc-',
      'xoxd-',
      'xoxe-',
      'xoxe.',
      'xoxo-',
      'xoxp-',
      'xoxr-',
      'xoxs-',
      'xapp-',
    ],
    body: '[A-Za-z0-9%.-]{10,512}',
    anywhere: true,
    match: [
      `xoxb-${fake('0123456789', 12)}-${fake(ALNUM, 24)}`,
      `token=«xoxp-${fake('0123456789', 12)}-abcdefABCDEF»`,
    ],
    noMatch: ['xoxb-', 'xapp-x'],
  }),
  {
    id: 'webhook-url',
    description: 'The secret path of a Slack, Discord or Teams webhook',
    keywords: [
      'hooks.slack.com/',
      'discord.com/api/webhooks/',
      'discordapp.com/api/webhooks/',
      '.webhook.office.com/',
    ],
    pattern:
      /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|\.webhook\.office\.com\/webhookb2)\/([A-Za-z0-9/_@-]{20,300})/dy,
    examples: {
      match: [
        `https://hooks.slack.com/services/«T${fake(UPPER, 10)}/B${fake(UPPER, 10)}/${fake(ALNUM, 24)}»`,
        `https://discord.com/api/webhooks/«${fake('0123456789', 18)}/${fake(WORD, 68)}»`,
      ],
      noMatch: ['https://hooks.slack.com/services/', 'https://discord.com/api/webhooks/docs'],
    },
  },
  {
    id: 'discord-token',
    description: 'Discord bot token, in a text that names Discord or a bot',
    keywords: ['discord', 'bot '],
    pattern:
      /(?<![A-Za-z0-9_-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}(?![A-Za-z0-9_-])/g,
    examples: {
      match: [`discord: «M${fake(ALNUM, 23)}.${fake(ALNUM, 6)}.${fake(ALNUM, 38)}»`],
      noMatch: ['discord.gateway.connection'],
    },
  },
  {
    id: 'telegram-token',
    description: 'Telegram bot token',
    keywords: [':aa'],
    pattern: /(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{32,33}(?![A-Za-z0-9_-])/g,
    examples: {
      match: [`${fake('123456789', 10)}:AA${fake(WORD, 33)}`, `bot«123456789:AA${fake(ALNUM, 33)}»/getMe`],
      noMatch: ['12:AA', '12345678:AAshort'],
    },
  },
  {
    id: 'twilio-key',
    description: 'Twilio account id or API key, in a text that names Twilio',
    keywords: ['twilio'],
    pattern: /(?<![A-Za-z0-9])(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])/g,
    examples: {
      match: [`TWILIO_SID «SK${fake(HEX, 32)}»`, `twilio «AC${fake(HEX, 32)}»`],
      noMatch: ['twilio AC', `digest SK${fake(HEX, 32)}`],
    },
  },
  tokenRule({
    id: 'sendgrid-key',
    description: 'SendGrid API key',
    prefixes: ['SG.'],
    body: '[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}',
    match: [`SG.${fake(WORD, 22)}.${fake(WORD, 43)}`],
    noMatch: ['SG.example.com'],
  }),
  tokenRule({
    id: 'mailgun-key',
    description: 'Mailgun API key',
    prefixes: ['key-'],
    body: `[a-f0-9]{32}${END}`,
    match: [`key-${fake(HEX, 32)}`],
    noMatch: ['key-value', 'monkey-00000000000000000000000000000000'],
  }),
  {
    id: 'mailchimp-key',
    description: 'Mailchimp API key',
    keywords: ['-us'],
    pattern: /(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])/g,
    examples: { match: [`${fake(HEX, 32)}-us21`], noMatch: ['en-us', 'abc-us1'] },
  },
  tokenRule({
    id: 'stripe-key',
    description: 'Stripe secret, restricted or webhook key',
    prefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'sk_org_', 'whsec_'],
    body: '[A-Za-z0-9+/_]{16,255}={0,2}',
    check: (match) => mixed(match[0].replace(/^[a-z]+_(?:live|test|org)?_?/, '')),
    match: [`sk_live_${fake(ALNUM, 24)}`, `rk_test_${fake(ALNUM, 99)}`, `whsec_${fake(ALNUM, 32)}`],
    noMatch: ['sk_test_x', 'whsec_configuration_missing'],
  }),
  tokenRule({
    id: 'square-token',
    description: 'Square access token or OAuth secret',
    prefixes: ['sq0atp-', 'sq0csp-'],
    body: '[A-Za-z0-9_-]{22,60}',
    match: [`sq0csp-${fake(WORD, 43)}`],
    noMatch: ['sq0atp-x'],
  }),
  tokenRule({
    id: 'shopify-token',
    description: 'Shopify access token or shared secret',
    prefixes: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shptka_'],
    body: '[a-fA-F0-9]{32,64}',
    match: ['at', 'ca', 'pa', 'ss'].map((kind) => `shp${kind}_${fake(HEX, 32)}`),
    noMatch: ['shpat_x'],
  }),
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
    id: 'sentry-token',
    description: 'Sentry user or organisation token',
    prefixes: ['sntrys_', 'sntryu_'],
    body: '[A-Za-z0-9+/=_-]{40,512}',
    match: [`sntryu_${fake(HEX, 64)}`, `sntrys_eyJ${fake(ALNUM, 120)}`],
    noMatch: ['sntryu_x'],
  }),
  {
    id: 'sentry-dsn',
    description: 'The key in a Sentry DSN',
    tag: 'secret',
    keywords: ['://'],
    pattern: /:\/\/([a-f0-9]{32})(?=(?::[a-f0-9]{32})?@[A-Za-z0-9.-]{1,128}\/\d)/dy,
    examples: {
      match: [`https://«${fake(HEX, 32)}»@o1.ingest.sentry.test/42`],
      noMatch: ['https://host.test/42'],
    },
  },
  tokenRule({
    id: 'newrelic-key',
    description: 'New Relic user or license key',
    prefixes: ['NRAK-', 'NRII-', 'NRRA-', 'NRJS-'],
    body: '[A-Za-z0-9_-]{19,42}',
    match: [`NRAK-${fake(UPPER, 27)}`],
    noMatch: ['NRAK-x'],
  }),
  tokenRule({
    id: 'grafana-token',
    description: 'Grafana service account or cloud token',
    prefixes: ['glsa_', 'glc_'],
    body: '[A-Za-z0-9+/=_]{32,400}',
    match: [`glsa_${fake(ALNUM, 32)}_${fake(HEX, 8)}`, `glc_eyJ${fake(ALNUM, 80)}`],
    noMatch: ['glsa_x'],
  }),
  tokenRule({
    id: 'posthog-key',
    description: 'PostHog personal API key',
    prefixes: ['phx_'],
    body: '[A-Za-z0-9]{40,64}',
    match: [`phx_${fake(ALNUM, 47)}`],
    noMatch: ['phx_gen_html'],
  }),
  tokenRule({
    id: 'dynatrace-token',
    description: 'Dynatrace token',
    prefixes: ['dt0c01.', 'dt0s01.', 'dt0s16.'],
    body: '[A-Z0-9]{24}\\.[A-Z0-9]{64}',
    match: [`dt0c01.${fake(UPPER, 24)}.${fake(UPPER, 64)}`],
    noMatch: ['dt0c01.x'],
  }),
  tokenRule({
    id: 'contentful-token',
    description: 'Contentful personal access token',
    prefixes: ['CFPAT-'],
    body: '[A-Za-z0-9_-]{40,64}',
    match: [`CFPAT-${fake(WORD, 43)}`],
    noMatch: ['CFPAT-x'],
  }),
];
