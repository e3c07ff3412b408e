/**
 * Tokens of chat, mail and social services, known by their shape.
 *
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 * @see https://api.slack.com/concepts/token-types
 * @see https://github.com/mongodb/kingfisher/tree/main/crates/kingfisher-rules/data/rules
 *
 * @module
 */
import { ALNUM, END, fake, HEX, isMixed, type Rule, START, tokenRule, UPPER, WORD } from './rule.ts';

export const chatTokenRules = (): readonly Rule[] => [
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
    body: '[A-Za-z0-9%.-]{10,256}',
    anywhere: true,
    match: [
      `xoxb-${fake('0123456789', 12)}-${fake(ALNUM, 24)}`,
      `token=«xoxp-${fake('0123456789', 12)}-abcdefABCDEF»`,
    ],
    noMatch: ['xoxb-', 'xapp-x'],
  }),
  {
    id: 'webhook-url',
    description: 'The secret path of a Slack, Discord, Teams, Zapier, IFTTT or Make webhook',
    keywords: [
      'hooks.slack.com/',
      'discord.com/api/webhooks/',
      'discordapp.com/api/webhooks/',
      '.webhook.office.com/',
      'hooks.zapier.com/',
      'maker.ifttt.com/',
      '.make.com/',
    ],
    pattern:
      /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|\.webhook\.office\.com\/webhookb2|hooks\.zapier\.com\/hooks\/(?:catch|standard)|maker\.ifttt\.com\/(?:trigger|use)|\.make\.com)\/([A-Za-z0-9/_@-]{20,300})/dy,
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
    tag: 'secret',
    keywords: ['discord', 'bot '],
    pattern:
      /(?:(?<![A-Za-z0-9_-])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}(?![A-Za-z0-9_-])/g,
    examples: {
      match: [`discord: «M${fake(ALNUM, 23)}.${fake(ALNUM, 6)}.${fake(ALNUM, 38)}»`],
      noMatch: ['discord.gateway.connection'],
    },
  },
  {
    id: 'discord-bot-token',
    description: 'Discord bot token whose first part is the number of a bot',
    // How base64 of numbers begins that begin with 1.
    keywords: ['mta', 'mte', 'mti', 'mtm', 'mtq', 'mtu', 'mty', 'mtc', 'mtg', 'mtk'],
    shortest: 58,
    pattern: new RegExp(
      `${START}MT[A-Za-z0-9]{22,24}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])`,
      'y',
    ),
    check: ({ 0: token }) =>
      /^1\d{16,18}$/.test(Buffer.from(token.split('.', 1)[0] ?? '', 'base64').toString('latin1')),
    examples: {
      match: [
        `token=«${Buffer.from('1213842074977932673').toString('base64').replace(/=+$/, '')}.G9bt4z.${fake(ALNUM, 38)}»&x`,
      ],
      noMatch: ['mta.example.com', `MTA${fake(ALNUM, 22)}.abcdef.${fake(ALNUM, 38)}`],
    },
  },
  {
    id: 'telegram-token',
    description: 'Telegram bot token',
    keywords: [':aa'],
    reach: { before: 16, after: 64 },
    pattern: /(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{32,33}(?![A-Za-z0-9_-])/g,
    examples: {
      match: [`${fake('123456789', 10)}:AA${fake(WORD, 33)}`, `bot«123456789:AA${fake(ALNUM, 33)}»/getMe`],
      noMatch: ['12:AA', '12345678:AAshort'],
    },
  },
  {
    id: 'twilio-key',
    description: 'Twilio account id or API key, in a text that names Twilio',
    tag: 'secret',
    keywords: ['twilio'],
    pattern: /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])/g,
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
    id: 'mailgun-signing-key',
    description: 'Mailgun API or signing key of the later form, in a text that names Mailgun',
    tag: 'secret',
    keywords: ['mailgun'],
    pattern:
      /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}(?![A-Za-z0-9-])/g,
    examples: {
      match: [`mailgun «${fake(HEX, 32)}-${fake(HEX, 8)}-${fake(HEX, 8)}»`],
      noMatch: ['mailgun', `digest ${fake(HEX, 32)}-${fake(HEX, 8)}-${fake(HEX, 8)}`],
    },
  },
  {
    id: 'mailchimp-key',
    description: 'Mailchimp API key',
    keywords: ['-us'],
    reach: { before: 48, after: 16 },
    pattern:
      /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])/g,
    examples: { match: [`${fake(HEX, 32)}-us21`], noMatch: ['en-us', 'abc-us1'] },
  },
  tokenRule({
    id: 'resend-key',
    description: 'Resend API key',
    prefixes: ['re_'],
    body: `[A-Za-z0-9]{8}_[A-Za-z0-9]{20,32}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`re_${fake(ALNUM, 8)}_${fake(ALNUM, 24)}`],
    noMatch: ['re_compile_pattern', 'feature_branches_are_not_keys_at_all'],
  }),
  tokenRule({
    id: 'brevo-key',
    description: 'Brevo (Sendinblue) API or SMTP key',
    prefixes: ['xkeysib-', 'xsmtpsib-'],
    body: '[a-f0-9]{64}-[A-Za-z0-9]{16}',
    match: [`xkeysib-${fake(HEX, 64)}-${fake(ALNUM, 16)}`, `xsmtpsib-${fake(HEX, 64)}-${fake(ALNUM, 16)}`],
    noMatch: ['xkeysib-x'],
  }),
  tokenRule({
    id: 'mailersend-token',
    description: 'MailerSend API token',
    prefixes: ['mlsn.'],
    body: `[a-f0-9]{64}${END}`,
    match: [`mlsn.${fake(HEX, 64)}`],
    noMatch: ['mlsn.x'],
  }),
  tokenRule({
    id: 'klaviyo-key',
    description: 'Klaviyo private API key',
    prefixes: ['pk_'],
    body: `(?:[A-Za-z0-9]{6}_)?[a-f0-9]{34}${END}`,
    match: [`pk_${fake(HEX, 34)}`],
    noMatch: ['pk_field'],
  }),
  tokenRule({
    id: 'onesignal-key',
    description: 'OneSignal API key',
    prefixes: ['os_v2_app_', 'os_v2_org_'],
    body: `[a-z2-7]{90,120}${END}`,
    match: [`os_v2_app_${fake('abcdefghijklmnopqrstuvwxyz234567', 103)}`],
    noMatch: ['os_v2_app_id'],
  }),
  tokenRule({
    id: 'intercom-token',
    description: 'Intercom access token',
    prefixes: ['dG9rO'],
    body: '[A-Za-z0-9+/]{50,60}={0,2}',
    match: [`dG9rO${fake(ALNUM, 54)}=`],
    noMatch: ['dG9rOx'],
  }),
  tokenRule({
    id: 'facebook-token',
    description: 'Facebook page or user access token',
    prefixes: ['EAA'],
    body: `[A-Z][A-Za-z0-9]{90,300}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`EAAC${fake(ALNUM, 170)}`],
    noMatch: ['EAAC', `${fake(ALNUM, 40)}+EAAC${fake(ALNUM, 170)}`],
  }),
  tokenRule({
    id: 'instagram-token',
    description: 'Instagram access token',
    prefixes: ['IGQV', 'IGAA'],
    body: '[A-Za-z0-9_-]{100,250}',
    match: [`IGQV${fake(ALNUM, 140)}`],
    noMatch: ['IGQVx'],
  }),
  tokenRule({
    id: 'linkedin-secret',
    description: 'LinkedIn client secret',
    prefixes: ['WPL_AP1.'],
    body: '[A-Za-z0-9.+/]{16,40}={0,2}',
    match: [`WPL_AP1.${fake(ALNUM, 16)}.${fake(ALNUM, 6)}==`],
    noMatch: ['WPL_AP1.x'],
  }),
  tokenRule({
    id: 'courier-key',
    description: 'Courier API key',
    prefixes: ['pk_prod_', 'pk_test_'],
    body: `[A-Z0-9]{28}${END}`,
    match: [`pk_prod_${fake(UPPER, 28)}`],
    noMatch: ['pk_test_mode'],
  }),
];
