/**
 * @module
 */
import { zstdDecompressSync } from 'node:zlib';
import type { ObjectStore } from '../../core/store/index.ts';

/** Everything that a store holds, names and unpacked objects, for tests that look for what must not be there. */
export async function storedText(store: ObjectStore): Promise<string> {
  const texts: string[] = [];
  for await (const { key } of store.list('')) {
    const bytes = await store.get(key);
    texts.push(key, (key.endsWith('.zst') ? zstdDecompressSync(bytes) : Buffer.from(bytes)).toString('utf8'));
  }
  return texts.join('\n');
}
