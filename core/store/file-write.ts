/**
 * Writing one object into a folder: whole or not at all, and exclusively where asked.
 *
 * The object is written under a hidden name beside its place, made durable, and only then given its name in one step of
 * the file system. A writer killed before that step leaves a hidden file, which a later put in that folder sweeps.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from './errors.ts';
import { isSystemError, NO_HARD_LINKS, symbolicLinkError } from './file-errors.ts';
import { ensureFolder, inTheWayError, lstatIfAny, syncFolder } from './file-paths.ts';
import { TEMPORARY_PREFIX } from './keys.ts';

/** What the writer of one store remembers. */
export interface WriterState {
  /** Until a link is refused for want of support. */
  hardLinks: boolean;
  /** Folders swept by this process, so that a million puts do not read a folder a million times. */
  readonly swept: Set<string>;
}

export interface WriteOptions {
  readonly ifAbsent: boolean;
  readonly signal: AbortSignal | undefined;
}

type Outcome = 'created' | 'exists';

const HOUR_MS = 3_600_000;
const SWEPT_LIMIT = 1000;
const WRITE_ATTEMPTS = 10;
const LOCK_ATTEMPTS = 250;
const LOCK_PAUSE_MS = 20;

/**
 * Writes `body` at `segments` beneath `root`.
 *
 * Guarantees: whatever kills this process, a reader sees the old object, none, or the new one whole; of several
 * writers under `ifAbsent`, also of several processes, exactly one gets `created`; when it resolves the object
 * survives a power failure.
 */
export async function writeObject(
  state: WriterState,
  root: string,
  segments: readonly string[],
  body: Uint8Array,
  options: WriteOptions,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeOnce(state, root, segments, body, options);
    } catch (error) {
      // A delete took away the empty folder, or a sweep took the file of a writer asleep for an hour.
      if (!isSystemError(error, 'ENOENT') || attempt === WRITE_ATTEMPTS) throw error;
    }
  }
}

async function writeOnce(
  state: WriterState,
  root: string,
  segments: readonly string[],
  body: Uint8Array,
  { ifAbsent, signal }: WriteOptions,
): Promise<Outcome> {
  const folder = await ensureFolder(root, segments.slice(0, -1));
  const target = join(folder, segments.at(-1) ?? '');
  if ((await isObject(target)) && ifAbsent) return 'exists';

  const temporary = join(folder, `${TEMPORARY_PREFIX}${randomUUID()}`);
  try {
    const writtenAtMs = await writeDurably(temporary, body, signal);
    signal?.throwIfAborted();
    const outcome = ifAbsent ? await commitNew(state, temporary, target, writtenAtMs) : 'created';
    if (!ifAbsent) await rename(temporary, target);
    await syncFolder(folder);
    await sweepOnce(state, folder, writtenAtMs);
    return outcome;
  } finally {
    await discard(temporary);
  }
}

async function isObject(target: string): Promise<boolean> {
  const present = await lstatIfAny(target);
  if (present?.isSymbolicLink()) throw symbolicLinkError(target);
  if (present?.isDirectory()) throw inTheWayError(target, 'a folder');
  return present !== undefined;
}

/** Gives the file's time by the clock of its file system, which on a network mount is not this machine's. */
async function writeDurably(
  path: string,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(body, { signal });
    await handle.sync();
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
  }
}

async function commitNew(
  state: WriterState,
  temporary: string,
  target: string,
  writtenAtMs: number,
): Promise<Outcome> {
  if (state.hardLinks) {
    try {
      await link(temporary, target);
      return 'created';
    } catch (error) {
      if (isSystemError(error, 'EEXIST')) return 'exists';
      if (!isSystemError(error, ...NO_HARD_LINKS)) throw error;
      state.hardLinks = false;
    }
  }
  return commitUnderLock(temporary, target, writtenAtMs);
}

/** Without hard links no single step both names a whole file and refuses to replace one: a lock file joins the two. */
async function commitUnderLock(temporary: string, target: string, writtenAtMs: number): Promise<Outcome> {
  const name = createHash('sha256').update(basename(target)).digest('hex').slice(0, 32);
  const lock = join(dirname(target), `${TEMPORARY_PREFIX}lock-${name}`);
  await acquire(lock, writtenAtMs);
  try {
    if (await isObject(target)) return 'exists';
    await rename(temporary, target);
    return 'created';
  } finally {
    await rm(lock, { force: true });
  }
}

async function acquire(lock: string, nowMs: number): Promise<void> {
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
    try {
      await (await open(lock, 'wx')).close();
      return;
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
    }
    // Held for two system calls when all is well, so an hour means that its holder was killed.
    const holder = await lstatIfAny(lock);
    if (holder !== undefined && nowMs - holder.mtimeMs > HOUR_MS) await rm(lock, { force: true });
    else await sleep(LOCK_PAUSE_MS);
  }
  throw new StoreUnavailableError(`Another writer holds ${lock}.`, {
    hint: 'If no other writer runs, it was killed: remove that file, or try again in an hour.',
  });
}

/** Removes what killed writers left an hour ago or earlier. A sweep that fails must not fail the put that was done. */
async function sweepOnce(state: WriterState, folder: string, nowMs: number): Promise<void> {
  if (state.swept.has(folder)) return;
  if (state.swept.size >= SWEPT_LIMIT) state.swept.clear();
  state.swept.add(folder);
  try {
    for (const name of await readdir(folder)) {
      if (!name.startsWith(TEMPORARY_PREFIX)) continue;
      const path = join(folder, name);
      if (nowMs - (await lstat(path)).mtimeMs > HOUR_MS) await rm(path, { force: true });
    }
  } catch (error) {
    // Another sweep was faster, or the folder may be written but not read.
    if (!isSystemError(error)) throw error;
  }
}

/** A hidden file that cannot be removed now is swept later; it must not hide how the put itself ended. */
async function discard(temporary: string): Promise<void> {
  try {
    await rm(temporary, { force: true });
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
