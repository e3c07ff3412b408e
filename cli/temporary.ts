/**
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliContext } from './context.ts';

/** Gives a folder that is gone when the work is over, however it ends; a second Ctrl-C included. */
export async function withTemporaryFolder<Value>(
  { temporaryFolders }: CliContext,
  work: (folder: string) => Promise<Value>,
): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'agentv-opik-'));
  temporaryFolders.add(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    temporaryFolders.delete(folder);
  }
}
