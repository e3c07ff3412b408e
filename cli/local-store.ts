/**
 * The store of somebody who has none: a folder of the project, which git does not see.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileStore, StoreAccessError } from '../core/store/index.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { exists } from './files.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';
import { requiredStore } from './stores.ts';

const FOLDER = join('.agentv', 'opik');

export function localStorePath({ projectFolder }: LoadedSettings): string {
  return join(projectFolder, FOLDER, 'store');
}

/** Opens it, made if need be. Guarantee: nothing in it is ever committed by a careless `git add`. @throws StoreAccessError */
export async function openLocalStore(settings: LoadedSettings): Promise<ObjectStore> {
  const folder = join(settings.projectFolder, FOLDER);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '.gitignore'), '*\n');
  } catch (error) {
    throw new StoreAccessError(`${folder}, where export keeps what it delivered, cannot be written`, {
      hint: 'Make it writable, or use `agentv-opik upload --store` and `agentv-opik ingest` with a store elsewhere.',
      cause: error,
    });
  }
  return createFileStore(localStorePath(settings));
}

/**
 * The store to look in: the one that is named, else the project's own if `export` has made one.
 *
 * @throws UsageError when there is neither
 */
export async function searchedStore(session: Session, settings: LoadedSettings): Promise<ObjectStore> {
  if (settings.values.store === undefined) {
    const path = localStorePath(settings);
    if (await exists(path)) return createFileStore(path);
  }
  return requiredStore(session, settings);
}
