/**
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Builds `dist/` once before all tests. */
export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, ['infra/build.ts']);
}
