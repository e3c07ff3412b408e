/**
 * Keys of monitoring, analytics and feature flags, known by their shape.
 *
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 * @see https://github.com/mongodb/kingfisher/tree/main/crates/kingfisher-rules/data/rules
 * @see https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors
 *
 * @module
 */
import { ALNUM, END, FAKE_UUID, fake, HEX, isMixed, type Rule, tokenRule, UPPER, UUID } from './rule.ts';

export const monitoringTokenRules = (): readonly Rule[] => [
  tokenRule({
    id: 'sentry-token',
    description: 'Sentry user or organisation token',
    prefixes: ['sntrys_', 'sntryu_'],
    body: '[A-Za-z0-9+/=_-]{40,256}',
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
  {
    id: 'newrelic-license-key',
    description: 'New Relic license key',
    keywords: ['nral'],
    pattern:
      /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))(?:eu01xx|[a-f0-9]{6})[a-f0-9]{30}NRAL(?![A-Za-z0-9])/g,
    examples: { match: [`${fake(HEX, 36)}NRAL`], noMatch: ['mineral', 'NRAL'] },
  },
  tokenRule({
    id: 'grafana-token',
    description: 'Grafana service account or cloud token',
    prefixes: ['glsa_', 'glc_'],
    body: '[A-Za-z0-9+/=_]{32,256}',
    match: [`glsa_${fake(ALNUM, 32)}_${fake(HEX, 8)}`, `glc_eyJ${fake(ALNUM, 80)}`],
    noMatch: ['glsa_x'],
  }),
  tokenRule({
    id: 'grafana-legacy-key',
    description: 'Grafana API key of the first form',
    prefixes: ['eyJrIjoi'],
    body: '[A-Za-z0-9+/_-]{60,256}={0,2}',
    match: [`eyJrIjoi${fake(ALNUM, 90)}`],
    noMatch: ['eyJrIjoi'],
  }),
  tokenRule({
    id: 'posthog-key',
    description: 'PostHog personal, project, feature flag or OAuth key',
    prefixes: ['phx_', 'phc_', 'phs_', 'pha_', 'phr_'],
    body: '[A-Za-z0-9_-]{40,64}',
    check: (_, __, body) => isMixed(body),
    match: [`phc_${fake(ALNUM, 43)}`, `phx_${fake(ALNUM, 47)}`],
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
    id: 'honeycomb-key',
    description: 'Honeycomb ingest, configuration or management key',
    prefixes: ['hcaik_', 'hcaic_', 'hcamk_', 'hcxik_', 'hcalk_'],
    body: '[a-z0-9]{50,80}',
    match: [`hcaik_${fake(HEX, 58)}`],
    noMatch: ['hcaik_x'],
  }),
  tokenRule({
    id: 'launchdarkly-key',
    description: 'LaunchDarkly SDK, mobile or API key',
    prefixes: ['sdk-', 'mob-', 'api-'],
    body: `${UUID}(?![A-Za-z0-9-])`,
    match: [`sdk-${FAKE_UUID}`, `api-${FAKE_UUID}`],
    noMatch: ['sdk-client', 'api-v2'],
  }),
  tokenRule({
    id: 'statsig-key',
    description: 'Statsig server or console key',
    prefixes: ['secret-', 'console-'],
    body: `[A-Za-z0-9]{40,60}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`secret-${fake(ALNUM, 43)}`],
    noMatch: ['secret-name', 'console-abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst'],
  }),
  tokenRule({
    id: 'axiom-token',
    description: 'Axiom API or personal token',
    prefixes: ['xaat-', 'xapt-'],
    body: `${UUID}`,
    match: [`xaat-${FAKE_UUID}`],
    noMatch: ['xaat-x'],
  }),
  tokenRule({
    id: 'checkly-key',
    description: 'Checkly API key',
    prefixes: ['cu_'],
    body: `[a-f0-9]{32}${END}`,
    match: [`cu_${fake(HEX, 32)}`],
    noMatch: ['cu_x'],
  }),
  tokenRule({
    id: 'aikido-secret',
    description: 'Aikido client secret',
    prefixes: ['AIK_SECRET_', 'AIK_RUNTIME_'],
    body: '[A-Za-z0-9_]{40,100}',
    check: (_, __, body) => isMixed(body),
    match: [`AIK_SECRET_${fake(ALNUM, 56)}`],
    noMatch: ['AIK_SECRET_x'],
  }),
  tokenRule({
    id: 'betterstack-token',
    description: 'Better Stack or Logtail uptime heartbeat',
    prefixes: ['uptime.betterstack.com/api/v1/heartbeat/'],
    body: '[A-Za-z0-9]{20,40}',
    match: [`uptime.betterstack.com/api/v1/heartbeat/${fake(ALNUM, 24)}`],
    noMatch: ['uptime.betterstack.com/api/v1/heartbeat/'],
  }),
  {
    id: 'maxmind-key',
    description: 'MaxMind license key',
    keywords: ['_mmk'],
    pattern:
      /(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk(?![A-Za-z0-9])/g,
    examples: { match: [`${fake(ALNUM, 6)}_${fake(ALNUM, 29)}_mmk`], noMatch: ['x_mmk'] },
  },
];
