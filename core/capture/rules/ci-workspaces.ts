/**
 * The folders that CI services check out to.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables GITHUB_WORKSPACE
 * @see https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables Build.SourcesDirectory
 *
 * @module
 */
import { pathRule, STOP, WORKSPACE } from './host-paths.ts';
import type { Rule } from './rule.ts';

const SEGMENT = '[A-Za-z0-9_.+-]{1,100}';

const CI_WORKSPACES = [
  `/(?:home|Users)/runner/work/(?:(${SEGMENT})/\\1|\\d{1,4}/s)`,
  `/(?:__w|agent/_work|actions-runner/_work)/(?:(${SEGMENT})/\\2|\\d{1,4}/s)`,
  '/github/workspace',
  `/builds/${SEGMENT}/${SEGMENT}`,
  `/home/gitlab-runner/builds/${SEGMENT}/\\d{1,4}/${SEGMENT}/${SEGMENT}`,
  '/home/vsts/work/\\d{1,4}/s',
  '/home/circleci/project',
  `/home/travis/build/${SEGMENT}/${SEGMENT}`,
  '/opt/atlassian/pipelines/agent/build',
  `/(?:var/lib/jenkins|var/jenkins_home|home/jenkins)/workspace/${SEGMENT}`,
  `/codebuild/output/${SEGMENT}/src`,
  `/buildkite/builds/${SEGMENT}/${SEGMENT}/${SEGMENT}`,
  '/drone/src',
  '/opt/build/repo',
  '/vercel/path0',
];

export const ciWorkspaceRules = (): readonly Rule[] => [
  pathRule(
    {
      id: 'ci-workspace-path',
      description: 'The checkout folder of a CI service',
      keywords: [
        '/home/runner/work/',
        '/github/workspace',
        '/builds/',
        '/home/vsts/work/',
        '/home/circleci/project',
        '/opt/atlassian/pipelines/agent/build',
        '/var/lib/jenkins/workspace/',
        '/var/jenkins_home/workspace/',
        '/home/jenkins/workspace/',
        '/__w/',
        '/agent/_work/',
        '/actions-runner/_work/',
        '/home/travis/build/',
        '/home/gitlab-runner/builds/',
        '/codebuild/output/',
        '/buildkite/builds/',
        '/drone/src',
        '/opt/build/repo',
        '/vercel/path0',
        '/users/runner/work/',
      ],
      examples: {
        match: [
          '«/home/runner/work/shop/shop»/src/a.ts',
          '«/github/workspace»/a',
          '«/builds/group/project»/a',
          '«/home/vsts/work/1/s»/a',
          '«/__w/shop/shop»/a',
          '«/agent/_work/1/s»/a',
          '«/actions-runner/_work/shop/shop»/a',
          '«/var/jenkins_home/workspace/shop»/a',
          '«/home/gitlab-runner/builds/a1b2/0/group/shop»/a',
          '«/codebuild/output/src123/src»/a',
          '«/opt/build/repo»/a',
        ],
        noMatch: ['/github/workspaces', '/builds/', 'x/builds/a/b'],
      },
    },
    `(?:${CI_WORKSPACES.join('|')})${STOP}`,
    WORKSPACE,
  ),
  pathRule(
    {
      id: 'windows-ci-workspace-path',
      description: 'The checkout folder of a CI service on Windows',
      keywords: ['c:\\', 'd:\\', 'd:/a/'],
      examples: {
        match: [
          '«D:\\a\\shop\\shop»\\src',
          '«D:\\\\a\\\\shop\\\\shop»\\\\src',
          '«C:\\agent\\_work\\1\\s»\\src',
          '«D:\\a\\1\\s»\\src',
        ],
        noMatch: ['D:\\a\\b\\c'],
      },
    },
    String.raw`[cd]:(\\{1,8}|/)(?:a|agent\1_work)\1(?:(${SEGMENT})\1\2|\d{1,4}\1s)${STOP}`,
    WORKSPACE,
    'iy',
  ),
];
