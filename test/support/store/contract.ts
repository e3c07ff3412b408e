/**
 * What every ObjectStore promises, as one suite. An implementation passes it whole or is none.
 */
import fc from 'fast-check';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidKeyError, ObjectNotFoundError, ObjectTooLargeError } from '../../../core/store/errors.ts';
import { compareKeys } from '../../../core/store/keys.ts';
import type { ObjectInfo, ObjectStore } from '../../../core/store/port.ts';
import { HOSTILE_KEYS, keySet } from './keys.ts';

export interface StoreUnderTest {
  /** Empty at first. */
  readonly store: ObjectStore;
  /** The same store as another process would open it. */
  readonly reopen: () => ObjectStore;
  readonly close?: () => Promise<void>;
}

export interface ContractOptions {
  /** Runs of each property; fewer for an endpoint far away. Default 25. */
  readonly runs?: number;
  /** Whether folders of any name come in the order of their UTF-8 bytes; false only for an emulator that fails at it. Default true. */
  readonly ordersFolders?: boolean;
}

export function describeStoreContract(
  name: string,
  makeStore: () => Promise<StoreUnderTest>,
  { runs = 25, ordersFolders = true }: ContractOptions = {},
): void {
  describe(`${name} keeps the contract of ObjectStore`, () => {
    let made: StoreUnderTest;
    let store: ObjectStore;
    let folders = 0;
    const newFolder = (): string => `f${++folders}/`;

    beforeAll(async () => {
      made = await makeStore();
      store = made.store;
    });
    afterAll(async () => {
      await made.close?.();
    });

    it('is empty at first', async () => {
      expect(await all(store.list(''))).toEqual([]);
      expect(await all(store.listFolders(''))).toEqual([]);
      expect(await store.head('nothing')).toBeUndefined();
    });

    it('names itself without credentials and without a slash at the end', () => {
      expect(store.uri).toMatch(/^(?:file:\/\/\/|s3:\/\/)[^@?]+[^/]$/);
    });

    it('gives back any bytes under any key', async () => {
      await fc.assert(
        fc.asyncProperty(
          keySet,
          fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1 }),
          async (keys, bodies) => {
            const folder = newFolder();
            for (const [index, key] of keys.entries()) {
              const body = bodies[index % bodies.length] ?? new Uint8Array();
              expect(await store.put(folder + key, body, { ifAbsent: index % 2 === 0 })).toBe('created');
              const read = await made.reopen().get(folder + key);
              expect(read).toBeInstanceOf(Uint8Array);
              expect(Buffer.from(read).equals(body)).toBe(true);
              expect(await store.head(folder + key)).toEqual({ key: folder + key, size: body.byteLength });
            }
          },
        ),
        { numRuns: runs },
      );
    });

    it('gives back an object of 9 MiB', async () => {
      const body = Buffer.alloc(9 * 1024 * 1024 + 1, 'agentv');
      const key = `${newFolder()}large`;
      await store.put(key, body, { ifAbsent: true, contentType: 'application/zstd' });
      expect(body.equals(await store.get(key))).toBe(true);
    });

    it('gives back an empty object', async () => {
      const key = `${newFolder()}empty`;
      await store.put(key, new Uint8Array());
      expect((await store.get(key)).byteLength).toBe(0);
      expect(await store.head(key)).toEqual({ key, size: 0 });
    });

    it('replaces an object whole, also by a shorter one', async () => {
      const key = `${newFolder()}replaced`;
      expect(await store.put(key, text('first and longer'))).toBe('created');
      expect(await store.put(key, text('second'))).toBe('created');
      expect(read(await store.get(key))).toBe('second');
      expect(await store.head(key)).toEqual({ key, size: 6 });
    });

    it('keeps an object under ifAbsent', async () => {
      const key = `${newFolder()}kept`;
      expect(await store.put(key, text('first'), { ifAbsent: true })).toBe('created');
      expect(await store.put(key, text('second'), { ifAbsent: true })).toBe('exists');
      expect(await made.reopen().put(key, text('third'), { ifAbsent: true })).toBe('exists');
      expect(read(await store.get(key))).toBe('first');
    });

    it('lets exactly one of 20 concurrent writers create', async () => {
      const stores = [store, made.reopen(), made.reopen()];
      for (let round = 0; round < 10; round++) {
        const key = `${newFolder()}contended`;
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, async (_, writer) => {
            const body = text(`${writer}`.repeat(5000));
            return { writer, outcome: await stores[writer % 3]?.put(key, body, { ifAbsent: true }) };
          }),
        );
        const winners = outcomes.filter(({ outcome }) => outcome === 'created');
        expect(winners).toHaveLength(1);
        expect(outcomes.filter(({ outcome }) => outcome === 'exists')).toHaveLength(19);
        expect(read(await store.get(key))).toBe(`${winners[0]?.writer}`.repeat(5000));
      }
    });

    it('shows a reader one of the objects put by concurrent replacers, never a mixture', async () => {
      const key = `${newFolder()}replaced-often`;
      const bodies = ['a', 'b', 'c'].map((letter) => Buffer.alloc(256 * 1024, letter));
      await store.put(key, bodies[0] ?? text(''));
      const writing = Promise.all(
        bodies.map(async (body) => {
          for (let time = 0; time < 8; time++) await store.put(key, body);
        }),
      );
      for (let time = 0; time < 30; time++) {
        const seen = Buffer.from(await made.reopen().get(key));
        expect(bodies.some((body) => body.equals(seen))).toBe(true);
      }
      await writing;
    });

    it('lists every prefix in the order of the UTF-8 bytes of keys', async () => {
      await fc.assert(
        fc.asyncProperty(keySet, fc.nat(), fc.nat(), async (keys, pick, cut) => {
          const folder = newFolder();
          for (const key of keys) await store.put(folder + key, text(key));
          expect(await all(store.list(folder))).toEqual(keys.map((key) => info(folder, key)));

          const chosen = keys[pick % keys.length] ?? '';
          const points = [...chosen];
          const prefix = points.slice(0, cut % (points.length + 1)).join('');
          const expected = keys.filter((key) => key.startsWith(prefix)).map((key) => info(folder, key));
          // A prefix cut between a letter and its accent is in another normal form, and none of a key; one cut after the dot of a
          // hidden file names the folder itself, for MinIO.
          if (prefix === prefix.normalize('NFC') && !/(?:^|\/)\.{1,2}$/.test(prefix)) {
            expect(await all(made.reopen().list(folder + prefix))).toEqual(expected);
          }
          if (ordersFolders) expect(await all(store.listFolders(folder))).toEqual(foldersOf(keys));
        }),
        { numRuns: runs },
      );
    });

    it('orders a folder by its slash', async () => {
      const folder = newFolder();
      const keys = ['a!', 'a-b', 'a.b', 'a/b', 'a0', 'b', '\uffee', '\u{10000}'];
      for (const key of keys.toReversed()) await store.put(folder + key, text('x'));
      expect((await all(store.list(folder))).map(({ key }) => key)).toEqual(keys.map((key) => folder + key));
      for (const key of ['x/1', 'x-y/1', 'x.y/1', 'x0/1']) await store.put(folder + key, text('x'));
      expect(await all(store.listFolders(folder))).toEqual(['a', 'x-y', 'x.y', 'x', 'x0']);
    });

    it('lists more than a page of keys and of folders', async () => {
      const folder = newFolder();
      const numbers = Array.from({ length: 1105 }, (_, index) => String(index).padStart(4, '0'));
      await pMap(numbers, (number) => store.put(`${folder}many/${number}/x`, text(number)), {
        concurrency: 16,
      });
      const listed = await all(store.list(`${folder}many/`));
      expect(listed.map(({ key }) => key)).toEqual(numbers.map((number) => `${folder}many/${number}/x`));
      expect(await all(store.listFolders(`${folder}many/`))).toEqual(numbers);
    });

    it('stops a listing where its reader stops', async () => {
      const folder = newFolder();
      for (const name of ['a', 'b', 'c']) await store.put(folder + name, text(name));
      for await (const { key } of store.list(folder)) {
        expect(key).toBe(`${folder}a`);
        break;
      }
    });

    it('does not list beside a prefix, or a folder that holds no object', async () => {
      const folder = newFolder();
      await store.put(`${folder}ab/c`, text('x'));
      expect(await all(store.list(`${folder}b`))).toEqual([]);
      expect(await all(store.list(`${folder}ab/c/`))).toEqual([]);
      expect(await all(store.listFolders(`${folder}a/`))).toEqual([]);
      expect(await all(store.listFolders(`${folder}ab/`))).toEqual([]);
      await store.delete(`${folder}ab/c`);
      expect(await all(store.listFolders(folder))).toEqual([]);
    });

    it('refuses a large object before it is read', async () => {
      const key = `${newFolder()}limited`;
      await store.put(key, Buffer.alloc(1000, 'x'));
      await expect(store.get(key, { maxBytes: 999 })).rejects.toThrow(ObjectTooLargeError);
      expect((await store.get(key, { maxBytes: 1000 })).byteLength).toBe(1000);
      await store.put(key, Buffer.alloc(3 * 1024 * 1024, 'x'));
      for (let time = 0; time < 5; time++) {
        await expect(store.get(key, { maxBytes: 10 })).rejects.toThrow(ObjectTooLargeError);
      }
      expect((await store.get(key)).byteLength).toBe(3 * 1024 * 1024);
    });

    it('tells of a missing object', async () => {
      const folder = newFolder();
      await store.put(`${folder}a/b`, text('x'));
      for (const key of [`${folder}none`, `${folder}a`, `${folder}a/b/c`, 'none/at/all']) {
        await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError);
        expect(await store.head(key)).toBeUndefined();
      }
    });

    it('deletes, also what is not there', async () => {
      const folder = newFolder();
      await store.put(`${folder}a/b`, text('x'));
      await store.put(`${folder}a/c`, text('x'));
      await store.delete(`${folder}a/b`);
      await store.delete(`${folder}a/b`);
      await store.delete(`${folder}a`);
      expect(await store.head(`${folder}a/b`)).toBeUndefined();
      expect((await all(store.list(folder))).map(({ key }) => key)).toEqual([`${folder}a/c`]);
      expect(await store.put(`${folder}a/b`, text('again'), { ifAbsent: true })).toBe('created');
    });

    it.each(HOSTILE_KEYS.map((key) => [key]))('refuses the key %j', async (key) => {
      const before = await all(store.list(''));
      await expect(store.put(key, text('x'))).rejects.toThrow(InvalidKeyError);
      await expect(store.put(key, text('x'), { ifAbsent: true })).rejects.toThrow(InvalidKeyError);
      await expect(store.get(key)).rejects.toThrow(InvalidKeyError);
      await expect(store.head(key)).rejects.toThrow(InvalidKeyError);
      await expect(store.delete(key)).rejects.toThrow(InvalidKeyError);
      expect(await all(store.list(''))).toEqual(before);
    });

    it.each([['/'], ['../'], ['a/../'], ['a//b'], ['a\0'], ['a\\b']])(
      'refuses to list %j',
      async (prefix) => {
        await expect(all(store.list(prefix))).rejects.toThrow(InvalidKeyError);
        await expect(all(store.listFolders(prefix))).rejects.toThrow(InvalidKeyError);
      },
    );

    it('refuses the folder without a slash', async () => {
      await expect(all(store.listFolders('runs'))).rejects.toThrow(InvalidKeyError);
    });

    it('does nothing under an aborted signal, and tells its reason', async () => {
      const folder = newFolder();
      const reason = new Error('the person pressed Ctrl-C');
      const signal = AbortSignal.abort(reason);
      await store.put(`${folder}old`, text('x'));
      await expect(store.put(`${folder}new`, text('x'), { signal })).rejects.toBe(reason);
      await expect(store.get(`${folder}old`, { signal })).rejects.toBe(reason);
      await expect(store.head(`${folder}old`, { signal })).rejects.toBe(reason);
      await expect(all(store.list(folder, { signal }))).rejects.toBe(reason);
      await expect(all(store.listFolders(folder, { signal }))).rejects.toBe(reason);
      expect(await store.head(`${folder}new`)).toBeUndefined();
    });

    it('leaves all or nothing when a put is aborted on its way', async () => {
      const folder = newFolder();
      const body = Buffer.alloc(8 * 1024 * 1024, 'y');
      for (let time = 0; time < 10; time++) {
        const key = `${folder}${time}`;
        const controller = new AbortController();
        setTimeout(() => controller.abort(), time * 2);
        const outcome = await Promise.allSettled([store.put(key, body, { signal: controller.signal })]);
        const info = await store.head(key);
        if (outcome[0]?.status === 'fulfilled') expect(info?.size).toBe(body.byteLength);
        else expect([undefined, body.byteLength]).toContain(info?.size);
      }
    });
  });
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function text(content: string): Uint8Array {
  return Buffer.from(content);
}

function read(body: Uint8Array): string {
  return Buffer.from(body).toString();
}

function info(folder: string, key: string): ObjectInfo {
  return { key: folder + key, size: Buffer.byteLength(key) };
}

function foldersOf(keys: readonly string[]): string[] {
  const folders = new Set(keys.filter((key) => key.includes('/')).map((key) => `${key.split('/', 1)[0]}/`));
  return [...folders].sort(compareKeys).map((folder) => folder.slice(0, -1));
}
