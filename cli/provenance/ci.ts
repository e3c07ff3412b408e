/**
 * What CI systems tell a job about itself.
 *
 * @module
 */
import type { Provenance } from '../../core/bundle/manifest.ts';
import { repositorySlug } from './repository.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a CI system says; `repository` as `host/path`. */
export interface CiFacts {
  readonly ci: NonNullable<Provenance['ci']>;
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly branch: string | undefined;
}

/** Variables, by what they mean. A reader gives the first of its variables that is set. */
interface CiSystem {
  readonly provider: string;
  /** Set by this system and no other. */
  readonly detect: (env: Environment) => boolean;
  readonly read: (env: Environment) => {
    readonly url?: string | undefined;
    readonly run_id?: string | undefined;
    readonly attempt?: string | undefined;
    readonly pull_request?: string | undefined;
    readonly job?: string | undefined;
    readonly repository?: string | undefined;
    readonly commit?: string | undefined;
    readonly branch?: string | undefined;
  };
}

const SYSTEMS: readonly CiSystem[] = [
  {
    // https://docs.github.com/actions/reference/workflows-and-actions/variables
    provider: 'github-actions',
    detect: (env) => env.GITHUB_ACTIONS === 'true',
    read: (env) => ({
      url: joined('/', env.GITHUB_SERVER_URL, env.GITHUB_REPOSITORY, 'actions/runs', env.GITHUB_RUN_ID),
      run_id: env.GITHUB_RUN_ID,
      attempt: env.GITHUB_RUN_ATTEMPT,
      pull_request: /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1],
      job: env.GITHUB_JOB,
      repository: joined('/', env.GITHUB_SERVER_URL, env.GITHUB_REPOSITORY),
      commit: env.GITHUB_SHA,
      branch: given(env.GITHUB_HEAD_REF) ?? env.GITHUB_REF_NAME,
    }),
  },
  {
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    provider: 'gitlab-ci',
    detect: (env) => env.GITLAB_CI !== undefined,
    read: (env) => ({
      url: given(env.CI_JOB_URL) ?? env.CI_PIPELINE_URL,
      run_id: env.CI_PIPELINE_ID,
      pull_request: env.CI_MERGE_REQUEST_IID,
      job: env.CI_JOB_NAME,
      repository: env.CI_PROJECT_URL,
      commit: env.CI_COMMIT_SHA,
      branch: given(env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME) ?? env.CI_COMMIT_REF_NAME,
    }),
  },
  {
    // https://circleci.com/docs/reference/variables/
    provider: 'circleci',
    detect: (env) => env.CIRCLECI !== undefined,
    read: (env) => ({
      url: env.CIRCLE_BUILD_URL,
      run_id: given(env.CIRCLE_WORKFLOW_ID) ?? env.CIRCLE_BUILD_NUM,
      pull_request: given(env.CIRCLE_PR_NUMBER) ?? lastNumber(env.CIRCLE_PULL_REQUEST),
      job: env.CIRCLE_JOB,
      repository: env.CIRCLE_REPOSITORY_URL,
      commit: env.CIRCLE_SHA1,
      branch: env.CIRCLE_BRANCH,
    }),
  },
  {
    // https://buildkite.com/docs/pipelines/configure/environment-variables
    provider: 'buildkite',
    detect: (env) => env.BUILDKITE !== undefined,
    read: (env) => ({
      url: env.BUILDKITE_BUILD_URL,
      run_id: env.BUILDKITE_BUILD_ID,
      attempt: env.BUILDKITE_RETRY_COUNT,
      pull_request: env.BUILDKITE_PULL_REQUEST === 'false' ? undefined : env.BUILDKITE_PULL_REQUEST,
      job: given(env.BUILDKITE_LABEL) ?? env.BUILDKITE_STEP_KEY,
      repository: env.BUILDKITE_REPO,
      commit: env.BUILDKITE_COMMIT === 'HEAD' ? undefined : env.BUILDKITE_COMMIT,
      branch: env.BUILDKITE_BRANCH,
    }),
  },
  {
    // https://learn.microsoft.com/azure/devops/pipelines/build/variables
    provider: 'azure-pipelines',
    detect: (env) => env.TF_BUILD !== undefined,
    read: (env) => ({
      url: azureUrl(env),
      run_id: env.BUILD_BUILDID,
      attempt: env.SYSTEM_JOBATTEMPT,
      pull_request: given(env.SYSTEM_PULLREQUEST_PULLREQUESTNUMBER) ?? env.SYSTEM_PULLREQUEST_PULLREQUESTID,
      job: env.SYSTEM_JOBNAME,
      repository: env.BUILD_REPOSITORY_URI,
      commit: env.BUILD_SOURCEVERSION,
      branch: (given(env.SYSTEM_PULLREQUEST_SOURCEBRANCH) ?? env.BUILD_SOURCEBRANCH)?.replace(
        /^refs\/heads\//,
        '',
      ),
    }),
  },
  {
    // https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
    provider: 'bitbucket-pipelines',
    detect: (env) => env.BITBUCKET_BUILD_NUMBER !== undefined,
    read: (env) => ({
      url: joined('/', env.BITBUCKET_GIT_HTTP_ORIGIN, 'pipelines/results', env.BITBUCKET_BUILD_NUMBER),
      run_id: env.BITBUCKET_BUILD_NUMBER,
      attempt: env.BITBUCKET_STEP_RUN_NUMBER,
      pull_request: env.BITBUCKET_PR_ID,
      repository: env.BITBUCKET_GIT_HTTP_ORIGIN,
      commit: env.BITBUCKET_COMMIT,
      branch: env.BITBUCKET_BRANCH,
    }),
  },
  {
    // https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
    provider: 'jenkins',
    detect: (env) => env.JENKINS_URL !== undefined,
    read: (env) => ({
      url: env.BUILD_URL,
      run_id: env.BUILD_NUMBER,
      pull_request: env.CHANGE_ID,
      job: env.JOB_NAME,
      repository: env.GIT_URL,
      commit: env.GIT_COMMIT,
      branch: given(env.CHANGE_BRANCH) ?? given(env.BRANCH_NAME) ?? env.GIT_BRANCH?.replace(/^origin\//, ''),
    }),
  },
  {
    provider: 'ci',
    detect: (env) => given(env.CI) !== undefined && env.CI !== 'false' && env.CI !== '0',
    read: (env) => ({ url: given(env.BUILD_URL) ?? env.CI_BUILD_URL }),
  },
];

/** The facts of the CI system this runs in, if any. Empty variables are none; URLs lose their credentials. */
export function readCi(env: Environment): CiFacts | undefined {
  const system = SYSTEMS.find(({ detect }) => detect(env));
  if (system === undefined) return undefined;
  const { repository, commit, branch, url, ...rest } = system.read(env);
  const named = Object.entries({ ...rest, url: url === undefined ? undefined : withoutCredentials(url) });
  return {
    ci: {
      provider: system.provider,
      ...Object.fromEntries(named.filter(([, value]) => given(value) !== undefined)),
    },
    repository: repository === undefined ? undefined : repositorySlug(repository),
    commit: given(commit),
    branch: given(branch),
  };
}

function withoutCredentials(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

function azureUrl(env: Environment): string | undefined {
  const project = joined('/', env.SYSTEM_TEAMFOUNDATIONCOLLECTIONURI, env.SYSTEM_TEAMPROJECT);
  const build = given(env.BUILD_BUILDID);
  return project === undefined || build === undefined
    ? undefined
    : `${project}/_build/results?buildId=${encodeURIComponent(build)}`;
}

/** All parts, or nothing if one is missing; slashes are not doubled. */
function joined(by: string, ...parts: readonly (string | undefined)[]): string | undefined {
  const all = parts.map((part) => given(part)?.replace(/\/+$/, ''));
  return all.includes(undefined) ? undefined : all.join(by);
}

function lastNumber(url: string | undefined): string | undefined {
  return /(\d+)\/*$/.exec(url ?? '')?.[1];
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
