/**
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand } from './processes.ts';

const VERSION = '3.13';

/** Thrown when there is no Python that the emulators run on. */
export class PythonMissingError extends Error {
  constructor(tried: readonly string[]) {
    super(
      `npm run test:aws needs Python ${VERSION} with venv and pip: the emulators and the SAM CLI run on it.\n` +
        `  Tried: ${tried.length === 0 ? `no python${VERSION} on PATH or under pyenv` : tried.join(', ')}\n` +
        `  Get it with \`pyenv install ${VERSION}\`, \`uv python install ${VERSION}\`, or your system's packages ` +
        `(python${VERSION} and python${VERSION}-venv), or name one in AGENTV_OPIK_TEST_PYTHON.\n` +
        '  `npm test` needs no Python.',
    );
  }
}

/** A Python of the wanted version that can make virtual environments. @throws PythonMissingError */
export async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  const tried: string[] = [];
  for (const candidate of candidates(env)) {
    const probe = 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])';
    const found = await runCommand(candidate, ['-c', probe]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    if (found === VERSION) return candidate;
    tried.push(candidate);
  }
  throw new PythonMissingError(tried);
}

function candidates(env: NodeJS.ProcessEnv): string[] {
  const name = `python${VERSION}`;
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => [join(folder, name), join(folder, 'python3')]);
  const pyenv = join(env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const versions = existsSync(pyenv)
    ? readdirSync(pyenv).filter((each) => each.startsWith(`${VERSION}.`))
    : [];
  const named = env.AGENTV_OPIK_TEST_PYTHON;
  return [
    ...(named === undefined || named === '' ? [] : [named]),
    ...[...versions.map((version) => join(pyenv, version, 'bin', name)), ...onPath].filter((path) =>
      existsSync(path),
    ),
  ];
}
