/**
 * From what a person names to what is scanned.
 *
 * @module
 */
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { findRun, type RunLocation } from '../../core/run/index.ts';
import { UsageError } from '../errors.ts';
import { exists, isAbsent } from '../files.ts';

export type Target =
  | { readonly kind: 'run'; readonly location: RunLocation }
  | { readonly kind: 'file'; readonly path: string; readonly shown: string }
  | { readonly kind: 'stdin' };

/** What no person means when he names a folder. */
const LEFT_OUT = new Set(['.git', 'node_modules']);

export interface TargetSettings {
  readonly cwd: string;
  readonly agentvHome: string | undefined;
}

/**
 * Finds out what each name is: `-`, a file, a run, a folder of files. Without any name it is the latest run.
 *
 * @throws UsageError, RunNotFoundError, AmbiguousRunError
 */
export async function targetsOf(names: readonly string[], settings: TargetSettings): Promise<Target[]> {
  const { cwd, agentvHome } = settings;
  if (names.length === 0) return [{ kind: 'run', location: await findRun({ cwd, agentvHome }) }];
  const targets: Target[] = [];
  for (const name of names) targets.push(...(await targetsNamed(name, settings)));
  if (targets.filter(({ kind }) => kind === 'stdin').length > 1) {
    throw new UsageError('Standard input can be read once', { hint: 'Write - once.' });
  }
  return targets;
}

async function targetsNamed(name: string, { cwd, agentvHome }: TargetSettings): Promise<Target[]> {
  if (name === '-') return [{ kind: 'stdin' }];
  const path = resolve(cwd, name);
  if (await isFile(path)) return [{ kind: 'file', path, shown: name }];
  if ((await exists(path)) && !(await isRun(path))) return filesBelow(path, cwd);
  return [{ kind: 'run', location: await findRun({ run: name, cwd, agentvHome }) }];
}

/** A named pipe is one too. */
async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw new UsageError(`${path} cannot be read`, {
      hint: 'It must be a file that you may read.',
      cause: error,
    });
  }
}

async function isRun(path: string): Promise<boolean> {
  for (const index of ['index.jsonl', join('.internal', 'index.jsonl')]) {
    if (await exists(join(path, index))) return true;
  }
  return false;
}

/** Sorted, without following links. */
async function filesBelow(folder: string, cwd: string): Promise<Target[]> {
  const targets: Target[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) targets.push(...(await filesBelow(path, cwd)));
    if (entry.isFile()) targets.push({ kind: 'file', path, shown: relative(cwd, path) });
  }
  return targets;
}
