import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAYOUT } from '../../../../core/capture/scan/layout.ts';
import { compileKernel, kernelModule } from '../../../../infra/kernel.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'core', 'capture', 'scan');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

describe('the kernel', () => {
  it('is what its source compiles to', async () => {
    expect(read('kernel-bytes.ts')).toBe(kernelModule(await compileKernel()));
  });

  it('has the layout that the tables are written by', () => {
    const source = read('kernel/layout.ts');
    const inKernel = [...source.matchAll(/^export const ([A-Z]+): usize = (\d+);$/gm)];
    expect(Object.fromEntries(inKernel.map(([, name, at]) => [name, Number(at)]))).toEqual(LAYOUT);
  });
});
