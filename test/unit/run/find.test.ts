import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AmbiguousRunError, findRun, RunNotFoundError } from '../../../core/run/index.ts';
import { row, tempDir, writeFiles } from './temp-run.ts';

const ROW = JSON.stringify(row());
const OLD = '2026-11-01T10-00-00-000Z';
const NEW = '2026-11-02T10-00-00-000Z';

async function repository(files: Readonly<Record<string, unknown>>): Promise<string> {
  const dir = await tempDir();
  await mkdir(join(dir, '.git'));
  await mkdir(join(dir, 'packages/app'), { recursive: true });
  return writeFiles(dir, files);
}

describe('finding a run', () => {
  it('takes a directory, its index, and the inner index of 5.x', async () => {
    const repo = await repository({
      'out/index.jsonl': ROW,
      'five/.internal/index.jsonl': ROW,
      'five/summary.json': {},
    });
    for (const run of ['out', './out/', 'out/index.jsonl', join(repo, 'out')]) {
      expect(await findRun({ run, cwd: repo })).toEqual({
        dir: join(repo, 'out'),
        indexPath: join(repo, 'out/index.jsonl'),
        layout: 'v4',
      });
    }
    for (const run of ['five', 'five/.internal', 'five/.internal/index.jsonl']) {
      expect(await findRun({ run, cwd: repo })).toMatchObject({ dir: join(repo, 'five'), layout: 'v5' });
    }
  });

  it.each([
    [`runs/${NEW}`, 'v4-flat', {}],
    [`runs/nightly/${NEW}`, 'v4', {}],
    [`nightly/${NEW}`, 'v4.43', { 'benchmark.json': {} }],
    [`nightly/${NEW}`, 'v5.0', { 'summary.json': {} }],
    [`raw/${NEW}`, 'v3-raw', {}],
  ])('finds an id in results/%s from a folder below', async (place, layout, files) => {
    const beside = Object.entries(files).map(([name, content]) => [
      `.agentv/results/${place}/${name}`,
      content,
    ]);
    const repo = await repository({
      [`.agentv/results/${place}/index.jsonl`]: ROW,
      ...Object.fromEntries(beside),
    });
    const found = await findRun({ run: NEW, cwd: join(repo, 'packages/app') });
    expect(found).toMatchObject({ dir: join(repo, '.agentv/results', place), layout });
  });

  it('names where it looked and the nearest ids', async () => {
    const repo = await repository({ [`.agentv/results/runs/a/${NEW}/index.jsonl`]: ROW });
    const error = await findRun({ run: '2026-11-02T10-00-00-001Z', cwd: repo }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RunNotFoundError);
    expect(error).toMatchObject({
      message: expect.stringContaining(join(repo, '.agentv/results')),
      hint: expect.stringContaining(NEW),
    });
  });

  it('lists the runs that share an id, and tells them apart by experiment', async () => {
    const repo = await repository({
      [`.agentv/results/runs/a/${NEW}/index.jsonl`]: ROW,
      [`.agentv/results/runs/b/${NEW}/index.jsonl`]: ROW,
      [`.agentv/results/export/${NEW}/index.jsonl`]: ROW,
    });
    await expect(findRun({ run: NEW, cwd: repo })).rejects.toThrow(AmbiguousRunError);
    await expect(findRun({ run: NEW, cwd: repo })).rejects.toThrow(
      join(repo, `.agentv/results/runs/b/${NEW}`),
    );
    expect((await findRun({ run: `b/${NEW}`, cwd: repo })).dir).toContain(`runs/b/${NEW}`);
  });

  it('says what is wrong with a path that is no run', async () => {
    const repo = await repository({ 'empty/x': '', 'results.jsonl': ROW });
    await expect(findRun({ run: 'empty', cwd: repo })).rejects.toThrow('holds no index.jsonl');
    await expect(findRun({ run: 'results.jsonl', cwd: repo })).rejects.toThrow('is called index.jsonl');
  });

  it('does not look above the git root, nor above a folder without one', async () => {
    const outer = await writeFiles(await tempDir(), { [`.agentv/results/runs/${NEW}/index.jsonl`]: ROW });
    await mkdir(join(outer, 'repo/.git'), { recursive: true });
    await mkdir(join(outer, 'plain'));
    await expect(findRun({ cwd: join(outer, 'repo') })).rejects.toThrow(RunNotFoundError);
    await expect(findRun({ cwd: join(outer, 'plain') })).rejects.toThrow(RunNotFoundError);
    expect((await findRun({ cwd: outer })).dir).toContain(NEW);
  });
});

describe('the latest run', () => {
  const both = {
    [`.agentv/results/runs/a/${OLD}/index.jsonl`]: ROW,
    [`.agentv/results/runs/a/${NEW}/index.jsonl`]: ROW,
  };

  it('is the youngest directory without a note', async () => {
    const repo = await repository(both);
    expect((await findRun({ cwd: repo })).dir).toContain(NEW);
  });

  it('is the one that AgentV noted, even outside its results', async () => {
    const repo = await repository({ ...both, 'out/index.jsonl': ROW });
    await writeFiles(repo, {
      '.agentv/cache.json': { lastRunDir: join(repo, 'out'), timestamp: '2026-11-03T00:00:00.000Z' },
    });
    expect((await findRun({ cwd: join(repo, 'packages/app') })).dir).toBe(join(repo, 'out'));
  });

  it('is a directory younger than the note', async () => {
    const repo = await repository(both);
    await writeFiles(repo, {
      '.agentv/cache.json': {
        lastRunDir: join(repo, `.agentv/results/runs/a/${OLD}`),
        timestamp: '2026-11-01T10:05:00.000Z',
      },
    });
    expect((await findRun({ cwd: repo })).dir).toContain(NEW);
  });

  it('is not a noted directory that is gone, nor read from a broken note', async () => {
    const repo = await repository(both);
    await writeFiles(repo, {
      '.agentv/cache.json': { lastRunDir: join(repo, 'gone'), timestamp: '2030-01-01' },
    });
    expect((await findRun({ cwd: repo })).dir).toContain(NEW);
    await writeFiles(repo, { '.agentv/cache.json': '{"lastRunDir"' });
    expect((await findRun({ cwd: repo })).dir).toContain(NEW);
  });

  it('goes by the time of its index when its name is none', async () => {
    const repo = await repository({ ...both, '.agentv/results/runs/a/named/index.jsonl': ROW });
    const at = new Date('2026-11-05T00:00:00.000Z');
    await utimes(join(repo, '.agentv/results/runs/a/named/index.jsonl'), at, at);
    expect((await findRun({ cwd: repo })).dir).toContain('named');
  });
});
