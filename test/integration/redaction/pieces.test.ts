/**
 * A file that is too large to be captured as a whole is captured in pieces; a key must not lie in two of them.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileStore } from '../../../core/store/index.ts';
import { storedText } from '../../support/stored-text.ts';
import { makeProject, type Project } from '../../unit/cli/harness.ts';

/** What `core/bundle/artifacts.ts` reads at a time. */
const PIECE = 4 * 1024 * 1024;
const LINE = 'all is well here, and nothing happened at all\n';
const KEY_LINES = Array.from({ length: 40 }, (_, n) => `Ab${n}cD3eF`.repeat(12).slice(0, 64));
const KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_LINES.join('\n')}\n-----END PRIVATE KEY-----\n`;

let project: Project;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

it.each([100, 1_300, 2_600])(
  'keeps a key together that begins %d bytes before the end of a piece',
  async (before) => {
    const run = join(project.folder, '.agentv/results/runs/baseline/2026-11-20T10-21-37-666Z');
    const head = LINE.repeat(Math.floor((PIECE - before) / LINE.length));
    await writeFile(join(run, 'large.log'), head + KEY + LINE.repeat(120_000));
    const { exitCode, stderr } = await project.cli([
      'upload',
      '--store',
      './bundles',
      '--capture',
      'redacted',
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const stored = await storedText(createFileStore(join(project.folder, 'bundles')));
    expect(stored).toContain('[REDACTED:private-key:');
    expect(stored).toContain(LINE.trim());
    expect(KEY_LINES.filter((line) => stored.includes(line))).toEqual([]);
  },
);
