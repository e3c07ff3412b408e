/**
 * Paths that say on whose machine, or in which workspace, something ran. They are shortened, not tagged: `~/notes.md`
 * and `<workspace>/src/a.ts` keep the text readable.
 *
 * @module
 */
import { escapeRegExp, type Rule } from './rule.ts';

const HOME = '~';
const WORKSPACE = '<workspace>';

/** An absolute path begins here: not inside a relative path, a URL path or what has been shortened already. */
const BEGIN = String.raw`(?:(?<![\w.~)}>-])|(?<=\\[nrt])|(?<=(?:^|\s)-[A-Za-z])|(?<=(?<!<workspace)>))`;
const USER = String.raw`[^\s/\\"'\x60<>|:*?;,()\[\]{}&$]{1,64}`;
const SEGMENT = '[A-Za-z0-9_.+-]{1,100}';
/** The name ends: the next character is none of a name. */
const STOP = '(?![A-Za-z0-9_])';

function pathRule(
  rule: Pick<Rule, 'id' | 'description' | 'keywords' | 'examples'>,
  path: string,
  to: string,
  flags = 'y',
): Rule {
  return { ...rule, pattern: new RegExp(BEGIN + path, flags), group: 0, replacement: to };
}

/** Homes and CI workspaces by where such things lie on every machine. */
export const hostPathRules: readonly Rule[] = [
  pathRule(
    {
      id: 'home-path',
      description: 'A home folder on Linux or macOS',
      keywords: ['/home/', '/users/', '/mnt/'],
      examples: {
        match: [
          '«/home/jane»/notes.md',
          'cat «/Users/jane.doe»/x',
          '"«/home/runner»"',
          'file://«/home/jane»/a',
          '«/mnt/c/Users/jane»/a',
          'gcc -I«/home/jane»/inc',
        ],
        noMatch: [
          'https://example.test/home/jane',
          'src/home/page',
          '~/home/x',
          '<workspace>/home/x',
          '/home/',
          '/users/42',
        ],
      },
    },
    `/(?:home|Users|mnt/[a-z]/Users)/${USER}`,
    HOME,
  ),
  pathRule(
    {
      id: 'root-path',
      description: 'The home of root',
      keywords: ['/root/'],
      examples: { match: ['«/root»/.ssh/id'], noMatch: ['/rooted/x', 'a/root/b'] },
    },
    '/root(?=/)',
    HOME,
  ),
  pathRule(
    {
      id: 'windows-home-path',
      description: 'A home folder on Windows, with single, escaped or forward slashes',
      keywords: ['c:\\users\\', 'c:\\\\users\\\\', 'c:/users/'],
      examples: {
        match: [
          '«C:\\Users\\jane»\\a.txt',
          '«C:\\\\Users\\\\jane»\\\\a',
          '«c:/Users/Jane Doe»/a',
          '«C:\\Users\\Jane Doe»\\a',
        ],
        noMatch: ['C:\\Windows\\Users', 'C:\\Users\\'],
      },
    },
    String.raw`c:(?:\\{1,2}|/)users(?:\\{1,2}|/)(?:[^\\/:*?"<>|\r\n]{1,64}(?=[\\/])|${USER})`,
    HOME,
    'iy',
  ),
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
        '/__w/',
      ],
      examples: {
        match: [
          '«/home/runner/work/shop/shop»/src/a.ts',
          '«/github/workspace»/a',
          '«/builds/group/project»/a',
          '«/home/vsts/work/1/s»/a',
          '«/__w/shop/shop»/a',
        ],
        noMatch: ['/github/workspaces', '/builds/', 'x/builds/a/b'],
      },
    },
    `(?:/home/runner/work/(${SEGMENT})/\\1|/__w/(${SEGMENT})/\\2|/github/workspace|/builds/${SEGMENT}/${SEGMENT}|/home/vsts/work/\\d{1,4}/s|/home/circleci/project|/opt/atlassian/pipelines/agent/build|/var/lib/jenkins/workspace/${SEGMENT})${STOP}`,
    WORKSPACE,
  ),
  pathRule(
    {
      id: 'windows-ci-workspace-path',
      description: 'The checkout folder of a CI service on Windows',
      keywords: ['d:\\a\\', 'd:\\\\a\\\\', 'd:/a/'],
      examples: {
        match: ['«D:\\a\\shop\\shop»\\src', '«D:\\\\a\\\\shop\\\\shop»\\\\src'],
        noMatch: ['D:\\a\\b\\c'],
      },
    },
    String.raw`d:(\\{1,2}|/)a\1(${SEGMENT})\1\2${STOP}`,
    WORKSPACE,
    'iy',
  ),
];

/**
 * Rules for the folders that the settings name. Relative paths and the bare root are ignored: they would turn half of
 * every text into `<workspace>`.
 */
export function configuredPathRules(workspaceDirs: readonly string[], homeDirs: readonly string[]): Rule[] {
  return [
    ...configured('workspace-path', 'A workspace folder named in the settings', workspaceDirs, WORKSPACE),
    ...configured('configured-home-path', 'A home folder named in the settings', homeDirs, HOME),
  ];
}

function configured(id: string, description: string, dirs: readonly string[], to: string): Rule[] {
  const paths = [...new Set(dirs.map((dir) => dir.replace(/[\\/]+$/, '')))].filter((dir) =>
    /^(?:\/|[A-Za-z]:[\\/])./.test(dir),
  );
  return paths.map((path, i) => ({
    id: `${id}-${i + 1}`,
    description,
    // Not sticky: a path may begin with letters that the keyword scan does not know.
    keywords: [],
    pattern: new RegExp(
      BEGIN +
        path
          .split(/[\\/]+/)
          .map(escapeRegExp)
          .join(String.raw`[\\/]{1,2}`) +
        STOP,
      'gi',
    ),
    group: 0,
    replacement: to,
    examples: { match: [], noMatch: [] },
  }));
}
