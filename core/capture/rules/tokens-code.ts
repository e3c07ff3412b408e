/**
 * Tokens of source hosts, registries and build services, known by their shape.
 *
 * @module
 */
import { ALNUM, END, fake, HEX, type Rule, tokenRule } from './rule.ts';

const WORD = `${ALNUM}_`;
const LOWER = '0123456789abcdefghijklmnopqrstuvwxyz';

export const codeTokenRules: readonly Rule[] = [
  tokenRule({
    id: 'github-token',
    description: 'GitHub personal, OAuth, user, server and refresh tokens',
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    body: '[A-Za-z0-9]{30,255}',
    anywhere: true,
    match: ['p', 'o', 'u', 's', 'r'].map((kind) => `gh${kind}_${fake(ALNUM, 36)}`),
    noMatch: ['ghp_short', 'ghx_', 'ghs_file_name_that_is_long_enough_for_it'],
  }),
  tokenRule({
    id: 'github-fine-grained-token',
    description: 'GitHub fine-grained personal access token',
    prefixes: ['github_pat_'],
    body: '[A-Za-z0-9_]{22,255}',
    anywhere: true,
    match: [`github_pat_${fake(WORD, 82)}`],
    noMatch: ['github_pat_example'],
  }),
  tokenRule({
    id: 'gitlab-token',
    description: 'GitLab personal, deploy, runner, trigger, feed, agent and OAuth tokens',
    prefixes: ['pat', 'dt', 'rt', 'ptt', 'cbt', 'ft', 'soat', 'imt', 'agent', 'oas', 'ffct'].map(
      (kind) => `gl${kind}-`,
    ),
    body: '[A-Za-z0-9_-]{20,300}',
    match: [`glpat-${fake(WORD, 20)}`, `glrt-${fake(WORD, 20)}`, `gloas-${fake(HEX, 64)}`],
    noMatch: ['glpat-x', 'glft-short'],
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
    prefixes: ['ATATT3', 'ATCTT3'],
    body: '[A-Za-z0-9_=-]{60,400}',
    match: [`ATATT3${fake(WORD, 186)}`],
    noMatch: ['ATATT3x'],
  }),
  tokenRule({
    id: 'npm-token',
    description: 'npm access token',
    prefixes: ['npm_'],
    body: `[A-Za-z0-9]{36}${END}`,
    match: [`npm_${fake(ALNUM, 36)}`],
    noMatch: ['npm_config_registry', 'npm_lifecycle_event'],
  }),
  tokenRule({
    id: 'pypi-token',
    description: 'PyPI upload token',
    prefixes: ['pypi-AgE', 'pypi-AgN'],
    body: '[A-Za-z0-9_-]{50,512}',
    match: [`pypi-AgEIcHlwaS5vcmc${fake(WORD, 80)}`],
    noMatch: ['pypi-AgE', 'pypi-server'],
  }),
  tokenRule({
    id: 'rubygems-token',
    description: 'RubyGems API key',
    prefixes: ['rubygems_'],
    body: `[a-f0-9]{48}${END}`,
    match: [`rubygems_${fake(HEX, 48)}`],
    noMatch: ['rubygems_update'],
  }),
  tokenRule({
    id: 'docker-token',
    description: 'Docker Hub personal or organisation access token',
    prefixes: ['dckr_pat_', 'dckr_oat_'],
    body: '[A-Za-z0-9_-]{27,64}',
    match: [`dckr_pat_${fake(WORD, 27)}`],
    noMatch: ['dckr_pat_'],
  }),
  tokenRule({
    id: 'nuget-key',
    description: 'NuGet API key',
    prefixes: ['oy2'],
    body: `[a-z0-9]{43}${END}`,
    match: [`oy2${fake(LOWER, 43)}`],
    noMatch: ['oy2short'],
  }),
  tokenRule({
    id: 'circleci-token',
    description: 'CircleCI personal or project token',
    prefixes: ['CCIPAT_', 'CCIPRJ_'],
    body: '[A-Za-z0-9]{10,40}_[a-f0-9]{40}',
    match: [`CCIPAT_${fake(ALNUM, 22)}_${fake(HEX, 40)}`],
    noMatch: ['CCIPAT_x'],
  }),
  tokenRule({
    id: 'buildkite-token',
    description: 'Buildkite API or agent token',
    prefixes: ['bkua_', 'bkct_'],
    body: '[A-Za-z0-9]{40,64}',
    match: [`bkua_${fake(HEX, 40)}`],
    noMatch: ['bkua_x'],
  }),
  tokenRule({
    id: 'postman-key',
    description: 'Postman API key',
    prefixes: ['PMAK-'],
    body: '[a-f0-9]{24}-[a-f0-9]{34}',
    match: [`PMAK-${fake(HEX, 24)}-${fake(HEX, 34)}`],
    noMatch: ['PMAK-x'],
  }),
  {
    id: 'terraform-token',
    description: 'HCP Terraform API token',
    keywords: ['.atlasv1.'],
    pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,128}/g,
    examples: {
      match: [`${fake(ALNUM, 14)}.atlasv1.${fake(WORD, 67)}`],
      noMatch: ['x.atlasv1.y'],
    },
  },
  tokenRule({
    id: 'vault-token',
    description: 'HashiCorp Vault service, batch or recovery token',
    prefixes: ['hvs.', 'hvb.', 'hvr.'],
    body: '[A-Za-z0-9_-]{24,512}',
    match: [`hvs.${fake(WORD, 95)}`, `hvb.${fake(WORD, 138)}`],
    noMatch: ['hvs.read', 'shvs.aaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  }),
  tokenRule({
    id: 'doppler-token',
    description: 'Doppler token',
    prefixes: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'],
    body: '[A-Za-z0-9._-]{40,80}',
    match: [`dp.pt.${fake(ALNUM, 43)}`, `dp.st.dev.${fake(ALNUM, 43)}`],
    noMatch: ['dp.st.x'],
  }),
  tokenRule({
    id: 'onepassword-token',
    description: '1Password service account token',
    prefixes: ['ops_eyJ'],
    body: '[A-Za-z0-9+/=_-]{100,4096}',
    match: [`ops_eyJ${fake(ALNUM, 250)}`],
    noMatch: ['ops_eyJ'],
  }),
  tokenRule({
    id: 'age-key',
    description: 'age secret key',
    prefixes: ['AGE-SECRET-KEY-1'],
    body: '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}',
    match: [`AGE-SECRET-KEY-1${fake('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`],
    noMatch: ['AGE-SECRET-KEY-1'],
  }),
];
