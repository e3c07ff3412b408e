/**
 * Tokens of source hosts and of the services around code, known by their shape.
 *
 * @see https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 * @see https://docs.gitlab.com/security/tokens/#token-prefixes
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 *
 * @module
 */
import { hasGithubChecksum } from './checksums.ts';
import { ALNUM, END, fake, HEX, isMixed, type Rule, tokenRule, WORD } from './rule.ts';

export const codeTokenRules = (): readonly Rule[] => [
  tokenRule({
    id: 'github-token',
    description: 'GitHub personal, OAuth, user, server and refresh tokens',
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    body: '(?:[A-Za-z0-9]{30,255}|\\d{1,12}_eyJ[A-Za-z0-9_.-]{40,256})',
    anywhere: true,
    check: (_, __, body) => isMixed(body) || hasGithubChecksum(body),
    match: [
      ...['p', 'o', 'u', 's', 'r'].map((kind) => `gh${kind}_${fake(ALNUM, 36)}`),
      `ghs_12345_eyJ${fake(ALNUM, 60)}.${fake(ALNUM, 60)}.${fake(ALNUM, 43)}`,
    ],
    noMatch: [
      'ghp_short',
      'ghx_',
      'ghs_file_name_that_is_long_enough_for_it',
      'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    ],
  }),
  tokenRule({
    id: 'github-fine-grained-token',
    description: 'GitHub fine-grained personal access token',
    prefixes: ['github_pat_'],
    body: '[A-Za-z0-9_]{22,255}',
    anywhere: true,
    match: [`github_pat_${fake(ALNUM, 22)}_${fake(ALNUM, 59)}`],
    noMatch: ['github_pat_example'],
  }),
  tokenRule({
    id: 'gitlab-token',
    description:
      'GitLab personal, deploy, runner, trigger, feed, agent, SCIM, mail, flag, workspace and OAuth tokens',
    prefixes: ['pat', 'dt', 'rt', 'rtr', 'ptt', 'cbt', 'ft', 'soat', 'imt', 'agent', 'oas', 'ffct', 'wt'].map(
      (kind) => `gl${kind}-`,
    ),
    body: '[A-Za-z0-9_-]{20,300}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{7,9})?',
    match: [
      `glpat-${fake(WORD, 20)}`,
      `glrt-${fake(WORD, 20)}`,
      `gloas-${fake(HEX, 64)}`,
      `glcbt-64_${fake(WORD, 20)}`,
      `glpat-${fake(WORD, 27)}.01.${fake(HEX, 9)}`,
    ],
    noMatch: ['glpat-x', 'glft-short'],
  }),
  tokenRule({
    id: 'gitlab-runner-registration-token',
    description: 'GitLab runner registration token',
    prefixes: ['GR1348941'],
    body: '[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])',
    match: [`GR1348941${fake(WORD, 20)}`],
    noMatch: ['GR1348941x'],
  }),
  tokenRule({
    id: 'bitbucket-token',
    description: 'Bitbucket app password',
    prefixes: ['ATBB'],
    body: `[A-Za-z0-9]{32}${END}`,
    match: [`ATBB${fake(ALNUM, 32)}`],
    noMatch: ['ATBBshort'],
  }),
  tokenRule({
    id: 'atlassian-token',
    description: 'Atlassian API token',
    prefixes: ['ATATT3', 'ATCTT3', 'ATSTT3'],
    body: '[A-Za-z0-9_=-]{60,256}',
    match: [`ATATT3${fake(WORD, 186)}`],
    noMatch: ['ATATT3x'],
  }),
  tokenRule({
    id: 'sourcegraph-token',
    description: 'Sourcegraph access, license or dotcom token, or Segment public API token',
    prefixes: ['sgp_', 'slk_', 'sgd_'],
    body: `(?:(?:[a-f0-9]{16}|local)_)?(?:[A-Za-z0-9]{64}|[a-f0-9]{40})${END}`,
    match: [`sgp_${fake(HEX, 16)}_${fake(HEX, 40)}`, `sgp_local_${fake(HEX, 40)}`, `slk_${fake(HEX, 64)}`],
    noMatch: ['sgp_x', 'slk_channel'],
  }),
  tokenRule({
    id: 'sonar-token',
    description: 'SonarQube or SonarCloud token',
    prefixes: ['sqp_', 'squ_', 'sqa_'],
    body: `[a-f0-9]{40}${END}`,
    match: [`squ_${fake(HEX, 40)}`],
    noMatch: ['squ_x'],
  }),
  tokenRule({
    id: 'postman-key',
    description: 'Postman API key',
    prefixes: ['PMAK-'],
    body: '[a-f0-9]{24}-[a-f0-9]{34}',
    match: [`PMAK-${fake(HEX, 24)}-${fake(HEX, 34)}`],
    noMatch: ['PMAK-x'],
  }),
  tokenRule({
    id: 'infracost-key',
    description: 'Infracost API key',
    prefixes: ['ico-'],
    body: `[A-Za-z0-9]{32}${END}`,
    check: (_, __, body) => isMixed(body),
    match: [`ico-${fake(ALNUM, 32)}`],
    noMatch: ['ico-sizes', 'favico-00112233445566778899aabbccddeeff'],
  }),
  tokenRule({
    id: 'readme-key',
    description: 'ReadMe API key',
    prefixes: ['rdme_'],
    body: `[a-z0-9]{70}${END}`,
    match: [`rdme_${fake(HEX, 70)}`],
    noMatch: ['rdme_x'],
  }),
  tokenRule({
    id: 'openshift-token',
    description: 'OpenShift user token',
    prefixes: ['sha256~'],
    body: '[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])',
    match: [`sha256~${fake(WORD, 43)}`],
    noMatch: ['sha256~short'],
  }),
];
