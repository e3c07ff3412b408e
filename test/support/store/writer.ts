/**
 * A writer as a process of its own, to race against others or to be killed.
 *
 * @example
 * node writer.ts race <dir> <label> <keys…>     // one JSON line: the keys it created
 * node writer.ts write <dir> <bytes>            // writes whole objects until it is killed
 */
import { createHash, randomBytes } from 'node:crypto';
import { createFileStore } from '../../../core/store/file.ts';

/** An object that tells by itself whether it is whole: 32 bytes of SHA-256, then what they are of. */
export function selfProving(size: number): Uint8Array {
  const content = Buffer.alloc(size - 32, randomBytes(64));
  return Buffer.concat([createHash('sha256').update(content).digest(), content]);
}

export function isWhole(body: Uint8Array): boolean {
  const digest = createHash('sha256').update(body.subarray(32)).digest();
  return body.byteLength > 32 && digest.equals(body.subarray(0, 32));
}

async function race(dir: string, hardLinks: boolean, label: string, keys: readonly string[]): Promise<void> {
  const store = createFileStore(dir, { hardLinks });
  process.stdout.write('ready\n');
  for await (const _ of process.stdin) break;
  const created: string[] = [];
  for (const key of keys) {
    const body = Buffer.from(label.repeat(10_000));
    if ((await store.put(key, body, { ifAbsent: true })) === 'created') created.push(key);
  }
  process.stdout.write(`${JSON.stringify(created)}\n`);
}

async function write(dir: string, hardLinks: boolean, size: number): Promise<void> {
  const store = createFileStore(dir, { hardLinks });
  process.stdout.write('ready\n');
  for (let round = 0; ; round++) {
    const body = selfProving(size);
    await store.put('replaced/object', body);
    await store.put(`created/${process.pid}-${round % 3}`, body, { ifAbsent: true });
  }
}

if (import.meta.main) {
  const [command, dir = '', links, argument = '', ...keys] = process.argv.slice(2);
  const hardLinks = links === 'links';
  if (command === 'race') await race(dir, hardLinks, argument, keys);
  else await write(dir, hardLinks, Number(argument));
}
