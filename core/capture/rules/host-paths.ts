/**
 * Paths that say on whose machine, or in which workspace, something ran. They are shortened, not tagged: `~/notes.md`
 * and `<workspace>/src/a.ts` keep the text readable.
 *
 * @module
 */
import { escapeRegExp, type Rule } from './rule.ts';

const HOME = '~';
export const WORKSPACE = '<workspace>';

/** An absolute path begins here: not inside a relative path, a URL path or what has been shortened already. */
const BEGIN = String.raw`(?:(?<![\w.~)}>-])|(?<=\\[nrt])|(?<=(?:^|\s)-[A-Za-z])|(?<=(?<!<workspace)>))`;
const USER = String.raw`[^\s/\\"'\x60<>|:*?;,()\[\]{}&$]{1,64}`;
/** The name ends: the next character is none of a name. */
export const STOP = '(?![A-Za-z0-9_])';

export function pathRule(
  rule: Pick<Rule, 'id' | 'description' | 'keywords' | 'examples'>,
  path: string,
  to: string,
  flags = 'y',
  begin = BEGIN,
): Rule {
  return { ...rule, pattern: new RegExp(begin + path, flags), group: 0, replacement: to };
}

/** Homes, by where they lie on every machine. */
export const hostPathRules = (): readonly Rule[] => [
  pathRule(
    {
      id: 'home-path',
      description: 'A home folder on Linux or macOS',
      keywords: [
        '/home/',
        '/users/',
        '/mnt/',
        '/c/users/',
        '/d/users/',
        '/cygdrive/',
        '/var/home/',
        '/usr/home/',
        '/export/home/',
      ],
      examples: {
        match: [
          '«/home/jane»/notes.md',
          'cat «/Users/jane.doe»/x',
          '"«/home/runner»"',
          'file://«/home/jane»/a',
          '«/mnt/c/Users/jane»/a',
          'gcc -I«/home/jane»/inc',
          '«/c/Users/jane»/a',
          '«/var/home/jane»/a',
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
    `/(?:(?:(?:var|usr|export)/)?home|(?:(?:mnt/|cygdrive/)?[a-z]/)?Users)/${USER}`,
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
      keywords: ['c:\\', 'd:\\', 'e:\\', 'c:/users/', 'd:/users/', 'e:/users/'],
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
    String.raw`[c-e]:(?:\\{1,8}|/)users(?:\\{1,8}|/)(?:[^\\/:*?"<>|\r\n]{1,64}(?=[\\/])|${USER})`,
    HOME,
    'iy',
  ),
  pathRule(
    {
      id: 'remote-home-path',
      description: 'A home folder in the address of a remote editor',
      keywords: ['/home/', '/users/'],
      examples: {
        match: ['vscode-remote://wsl+Ubuntu«/home/jane»/x', 'vscode-remote://ssh-remote%2Bbox«/home/jane»/x'],
        noMatch: ['https://wsl+Ubuntu/home/jane'],
      },
    },
    `/(?:home|Users)/${USER}`,
    HOME,
    'y',
    String.raw`(?<=vscode-remote://[\w.%+-]{1,80})`,
  ),
  pathRule(
    {
      id: 'windows-old-home-path',
      description: 'A home folder of old Windows',
      keywords: ['documents and settings'],
      examples: {
        match: ['C:\\«Documents and Settings\\jane»\\x'],
        noMatch: ['Documents and Settings'],
      },
    },
    String.raw`documents and settings(?:\\{1,8}|/)(?:[^\\/:*?"<>|\r\n]{1,64}(?=[\\/])|${USER})`,
    HOME,
    'iy',
    '',
  ),
  pathRule(
    {
      id: 'encoded-home-path',
      description: 'A home folder with percent-encoded slashes',
      keywords: ['%2fhome%2f', '%2fusers%2f'],
      examples: {
        match: ['path=«%2Fhome%2Fjane»%2Fx', 'file%3A%2F%2F«%2FUsers%2Fjane»%2Fx'],
        noMatch: ['%2Fhomepage%2Fx', '%2Fusers%2F42', 'a%2Fhome%2F'],
      },
    },
    '%2[Ff](?:home|Users)%2[Ff][A-Za-z0-9_.-]{1,64}',
    HOME,
    'y',
    String.raw`(?:(?<![\w.~-])|(?<=%[0-9A-Fa-f]{2}))`,
  ),
  pathRule(
    {
      id: 'project-home-path',
      description: 'A home folder as agents write it into the name of a folder, `-Users-jane-shop`',
      keywords: ['-users-', '-home-', 'c--users-', 'd--users-'],
      examples: {
        match: [
          '~/.claude/projects/«-Users-jane»-shop',
          'projects/«-home-jane»-work-x',
          'projects/«C--Users-jane»-x',
        ],
        noMatch: ['all-home-pages', ' -home-dir x', '--users-file', 'my-users-list'],
      },
    },
    '(?:[CDcd]-)?-(?:Users|home)-[A-Za-z0-9_]{1,64}',
    HOME,
    'y',
    String.raw`(?<=[\\/])`,
  ),
  pathRule(
    {
      id: 'unc-home-path',
      description: 'A home folder on a Windows share or in WSL',
      keywords: ['\\users\\', '\\home\\'],
      examples: {
        match: [
          '«\\\\srv\\Users\\jane»\\a',
          '«\\\\wsl$\\Ubuntu\\home\\jane»\\a',
          '"«\\\\\\\\srv\\\\Users\\\\jane»\\\\a"',
          'line\\n«\\\\\\\\srv\\\\Users\\\\jane»\\\\a',
        ],
        noMatch: ['C:\\Windows\\Users', '\\\\srv\\share\\a', '\\Users\\'],
      },
    },
    String.raw`\\{2,16}[A-Za-z0-9_.$-]{1,64}\\{1,8}(?:[A-Za-z0-9_.$-]{1,64}\\{1,8}){0,2}(?:Users|home)\\{1,8}${USER}`,
    HOME,
    'g',
    String.raw`(?:(?<![\w\\:])|(?<=\\[nrt]))`,
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
