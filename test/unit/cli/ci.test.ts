import { describe, expect, it } from 'vitest';
import { readCi } from '../../../cli/provenance/ci.ts';
import { repositorySlug } from '../../../cli/provenance/repository.ts';

describe('readCi', () => {
  it('knows GitHub Actions, on a pull request', () => {
    expect(
      readCi({
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_RUN_ID: '77',
        GITHUB_RUN_ATTEMPT: '2',
        GITHUB_REF: 'refs/pull/12/merge',
        GITHUB_REF_NAME: '12/merge',
        GITHUB_HEAD_REF: 'feature',
        GITHUB_SHA: 'abc',
        GITHUB_JOB: 'evals',
      }),
    ).toEqual({
      ci: {
        provider: 'github-actions',
        url: 'https://github.com/acme/shop/actions/runs/77',
        run_id: '77',
        attempt: '2',
        pull_request: '12',
        job: 'evals',
      },
      repository: 'github.com/acme/shop',
      commit: 'abc',
      branch: 'feature',
    });
  });

  it('knows GitHub Actions, on a push, where the head ref is empty', () => {
    const facts = readCi({
      GITHUB_ACTIONS: 'true',
      GITHUB_HEAD_REF: '',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REF_NAME: 'main',
    });
    expect(facts).toEqual({
      ci: { provider: 'github-actions' },
      repository: undefined,
      commit: undefined,
      branch: 'main',
    });
  });

  it.each([
    [
      'gitlab-ci',
      {
        GITLAB_CI: 'true',
        CI_JOB_URL: 'https://gitlab.com/acme/shop/-/jobs/5',
        CI_PIPELINE_ID: '9',
        CI_MERGE_REQUEST_IID: '3',
        CI_PROJECT_URL: 'https://gitlab.com/acme/shop',
        CI_COMMIT_SHA: 'abc',
        CI_COMMIT_REF_NAME: 'main',
      },
      { url: 'https://gitlab.com/acme/shop/-/jobs/5', run_id: '9', pull_request: '3' },
      'gitlab.com/acme/shop',
    ],
    [
      'circleci',
      {
        CIRCLECI: 'true',
        CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/shop/5',
        CIRCLE_BUILD_NUM: '5',
        CIRCLE_PULL_REQUEST: 'https://github.com/acme/shop/pull/12',
        CIRCLE_REPOSITORY_URL: 'git@github.com:acme/shop.git',
        CIRCLE_SHA1: 'abc',
        CIRCLE_BRANCH: 'main',
      },
      { url: 'https://circleci.com/gh/acme/shop/5', run_id: '5', pull_request: '12' },
      'github.com/acme/shop',
    ],
    [
      'buildkite',
      {
        BUILDKITE: 'true',
        BUILDKITE_BUILD_URL: 'https://buildkite.com/acme/shop/builds/5',
        BUILDKITE_BUILD_ID: 'uuid',
        BUILDKITE_RETRY_COUNT: '1',
        BUILDKITE_PULL_REQUEST: 'false',
        BUILDKITE_REPO: 'git@github.com:acme/shop.git',
        BUILDKITE_COMMIT: 'abc',
        BUILDKITE_BRANCH: 'main',
      },
      { url: 'https://buildkite.com/acme/shop/builds/5', run_id: 'uuid', attempt: '1' },
      'github.com/acme/shop',
    ],
    [
      'azure-pipelines',
      {
        TF_BUILD: 'True',
        SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/acme/',
        SYSTEM_TEAMPROJECT: 'shop',
        BUILD_BUILDID: '5',
        SYSTEM_JOBATTEMPT: '1',
        SYSTEM_PULLREQUEST_PULLREQUESTID: '8',
        BUILD_REPOSITORY_URI: 'https://acme@dev.azure.com/acme/shop/_git/shop',
        BUILD_SOURCEVERSION: 'abc',
        BUILD_SOURCEBRANCH: 'refs/heads/main',
      },
      {
        url: 'https://dev.azure.com/acme/shop/_build/results?buildId=5',
        run_id: '5',
        attempt: '1',
        pull_request: '8',
      },
      'dev.azure.com/acme/shop/_git/shop',
    ],
    [
      'bitbucket-pipelines',
      {
        BITBUCKET_BUILD_NUMBER: '5',
        BITBUCKET_GIT_HTTP_ORIGIN: 'https://bitbucket.org/acme/shop',
        BITBUCKET_PR_ID: '4',
        BITBUCKET_COMMIT: 'abc',
        BITBUCKET_BRANCH: 'main',
      },
      { url: 'https://bitbucket.org/acme/shop/pipelines/results/5', run_id: '5', pull_request: '4' },
      'bitbucket.org/acme/shop',
    ],
    [
      'jenkins',
      {
        JENKINS_URL: 'https://ci.acme.test/',
        BUILD_URL: 'https://ci:token@ci.acme.test/job/shop/5/',
        BUILD_NUMBER: '5',
        CHANGE_ID: '6',
        JOB_NAME: 'shop',
        GIT_URL: 'https://ci:token@github.com/acme/shop.git',
        GIT_COMMIT: 'abc',
        GIT_BRANCH: 'origin/main',
      },
      { url: 'https://ci.acme.test/job/shop/5/', run_id: '5', pull_request: '6', job: 'shop' },
      'github.com/acme/shop',
    ],
  ])('knows %s', (provider, env, ci, repository) => {
    expect(readCi(env)).toEqual({ ci: { provider, ...ci }, repository, commit: 'abc', branch: 'main' });
  });

  it('knows at least that it is some CI', () => {
    expect(readCi({ CI: 'true' })?.ci).toEqual({ provider: 'ci' });
  });

  it.each([{}, { CI: '' }, { CI: 'false' }])('is nowhere else: %j', (env) => {
    expect(readCi(env)).toBeUndefined();
  });
});

describe('repositorySlug', () => {
  it.each([
    'https://github.com/acme/shop.git',
    'https://github.com/acme/shop',
    'https://github.com/acme/shop/',
    'https://user:secret@GitHub.com/acme/shop.git',
    'https://x-access-token:ghs_abc@github.com/acme/shop',
    'ssh://git@github.com/acme/shop.git',
    'ssh://git@github.com:22/acme/shop.git',
    'git@github.com:acme/shop.git',
    'github.com:acme/shop.git',
    'git://github.com/acme/shop.git',
  ])('is one for all forms: %s', (address) => {
    expect(repositorySlug(address)).toBe('github.com/acme/shop');
  });

  it.each(['/srv/git/shop.git', '../shop', 'file:///srv/git/shop.git', 'C:\\repos\\shop', ''])(
    'does not name places on a machine: %s',
    (address) => {
      expect(repositorySlug(address)).toBeUndefined();
    },
  );
});
