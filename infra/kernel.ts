/**
 * `npm run kernel`: compiles the kernel of the scan to WebAssembly, and writes it down as a module.
 *
 * @see core/capture/scan/kernel/kernel.ts
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const FOLDER = join(import.meta.dirname, '..', 'core', 'capture', 'scan');
const SOURCE = 'kernel.ts';
const SOURCES = [SOURCE, 'layout.ts', 'numbers.ts'];

/** The kernel's WebAssembly. The same source gives the same bytes. */
export async function compileKernel(): Promise<Uint8Array> {
  const written = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(
    [
      SOURCE,
      '-o',
      'kernel.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--importMemory',
    ],
    {
      readFile: (name) =>
        SOURCES.includes(name) ? readFileSync(join(FOLDER, 'kernel', name), 'utf8') : null,
      writeFile: (name, contents) => {
        written.set(name, Buffer.from(contents));
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`The kernel does not compile:\n${stderr.toString()}`);
  const wasm = written.get('kernel.wasm');
  if (wasm === undefined) throw new Error('The compiler wrote nothing');
  return wasm;
}

/** The module that the project imports. */
export function kernelModule(wasm: Uint8Array): string {
  const lines =
    Buffer.from(wasm)
      .toString('base64')
      .match(/.{1,100}/g) ?? [];
  return [
    '/**',
    ' * Made by `npm run kernel` from `kernel/kernel.ts`; a test compiles that and compares.',
    ' *',
    ' * @module',
    ' */',
    '',
    '/** WebAssembly in base64. */',
    'export const KERNEL =',
    ...lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? ';' : ' +'}`),
    '',
  ].join('\n');
}

if (import.meta.main) {
  writeFileSync(join(FOLDER, 'kernel-bytes.ts'), kernelModule(await compileKernel()));
}
