import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { overlayStore } from '../../../cli/overlay-store.ts';
import { createFileStore, type ObjectStore } from '../../../core/store/index.ts';

let root: string;
let lower: ObjectStore;
let store: ObjectStore;

const text = (value: string) => Buffer.from(value);
const read = async (from: ObjectStore, key: string) => Buffer.from(await from.get(key)).toString();
async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'agentv-opik-test-'));
  lower = createFileStore(join(root, 'lower'));
  await lower.put('a/one', text('1'));
  await lower.put('a/two', text('2'));
  store = overlayStore(lower, createFileStore(join(root, 'upper')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('reads through, and keeps what is written for itself', async () => {
  expect(await store.put('a/one', text('changed'))).toBe('created');
  expect(await store.put('b/new', text('new'))).toBe('created');
  expect(await read(store, 'a/one')).toBe('changed');
  expect(await read(store, 'a/two')).toBe('2');
  expect((await store.head('a/one'))?.size).toBe(7);
  expect((await all(store.list(''))).map(({ key, size }) => [key, size])).toEqual([
    ['a/one', 7],
    ['a/two', 1],
    ['b/new', 3],
  ]);
  expect(await all(store.listFolders(''))).toEqual(['a', 'b']);

  expect(await read(lower, 'a/one')).toBe('1');
  expect((await all(lower.list(''))).map(({ key }) => key)).toEqual(['a/one', 'a/two']);
});

it('knows of both sides what is there already', async () => {
  expect(await store.put('a/one', text('x'), { ifAbsent: true })).toBe('exists');
  expect(await store.put('c', text('x'), { ifAbsent: true })).toBe('created');
  expect(await store.put('c', text('y'), { ifAbsent: true })).toBe('exists');
  expect(await read(store, 'a/one')).toBe('1');
});

it('removes only for itself', async () => {
  await store.delete('a/one');
  expect(await store.head('a/one')).toBeUndefined();
  await expect(store.get('a/one')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  expect((await all(store.list('a/'))).map(({ key }) => key)).toEqual(['a/two']);
  expect(await store.put('a/one', text('again'), { ifAbsent: true })).toBe('created');
  expect(await read(store, 'a/one')).toBe('again');
  expect(await read(lower, 'a/one')).toBe('1');
});
