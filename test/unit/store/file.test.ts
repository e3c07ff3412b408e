import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createFileStore,
  InvalidKeyError,
  ObjectNotFoundError,
  StoreAccessError,
  StoreUnavailableError,
} from '../../../core/store/index.ts';
import { all, describeStoreContract } from '../../support/store/contract.ts';
import { isWhole } from '../../support/store/writer.ts';

const DENIED = fileURLToPath(new URL('../../support/store/denied.ts', import.meta.url));
const WRITER = fileURLToPath(new URL('../../support/store/writer.ts', import.meta.url));
const TWO_HOURS_S = 7200;
const isRoot = process.getuid?.() === 0;

for (const hardLinks of [true, false]) {
  describeStoreContract(hardLinks ? 'a folder' : 'a folder without hard links', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'store-'));
    return {
      store: createFileStore(join(dir, 'made', 'later'), { hardLinks }),
      reopen: () => createFileStore(join(dir, 'made', 'later'), { hardLinks }),
      close: () => rm(dir, { recursive: true }),
    };
  });
}

describe('a folder as a store', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'store-'));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  it.each(['links', 'locks'])('lets one of 4 processes create each object, by %s', async (links) => {
    const keys = Array.from({ length: 60 }, (_, index) => `contended/${index % 5}/${index}`);
    const writers = ['a', 'b', 'c', 'd'].map((label) => startWriter('race', dir, links, label, ...keys));
    await Promise.all(writers.map(({ ready }) => ready));
    for (const { child } of writers) child.stdin?.end('go\n');
    const lines = await Promise.all(writers.map(({ nextLine }) => nextLine()));

    const created = lines.map((line): string[] => JSON.parse(line));
    expect(created.flat().sort()).toEqual(keys.toSorted());
    const store = createFileStore(dir);
    for (const [index, label] of ['a', 'b', 'c', 'd'].entries()) {
      for (const key of created[index] ?? []) {
        expect(Buffer.from(await store.get(key)).toString()).toBe(label.repeat(10_000));
      }
    }
    expect((await readdir(dir, { recursive: true })).filter(isTemporary)).toEqual([]);
  });

  it.each(['links', 'locks'])('never shows a torn object of a killed writer, by %s', async (links) => {
    const store = createFileStore(dir);
    const size = 8 * 1024 * 1024;
    let seen = 0;
    for (let kill = 0; kill < 30; kill++) {
      const { child, ready } = startWriter('write', dir, links, String(size));
      await ready;
      const dead = once(child, 'exit');
      // Spread over several writes, of about 25 ms each.
      const delay = sleep(Math.random() * 120);
      const reading = readUntil(store, delay, size);
      await delay;
      child.kill('SIGKILL');
      await dead;
      seen += await reading;
      for await (const { key, size: listed } of store.list('')) {
        expect(listed).toBe(size);
        expect(isWhole(await store.get(key))).toBe(true);
        seen++;
        if (key.startsWith('created/')) await store.delete(key);
      }
    }
    expect(seen).toBeGreaterThan(30);
    // Otherwise no kill met a write, and the test has shown nothing.
    const leftovers = (await readdir(dir, { recursive: true })).filter(isTemporary);
    expect(leftovers.length).toBeGreaterThan(0);
  });

  it('neither lists nor keeps what a killed writer left long ago', async () => {
    const store = createFileStore(dir);
    await mkdir(join(dir, 'a'));
    const old = join(dir, 'a', '.tmp-old');
    const fresh = join(dir, 'a', '.tmp-fresh');
    await writeFile(old, 'half');
    await writeFile(fresh, 'half');
    const longAgo = Date.now() / 1000 - TWO_HOURS_S;
    await utimes(old, longAgo, longAgo);
    expect(await all(store.list(''))).toEqual([]);
    expect(await all(store.listFolders(''))).toEqual([]);

    await store.put('a/object', Buffer.from('x'));

    expect((await readdir(join(dir, 'a'))).sort()).toEqual(['.tmp-fresh', 'object']);
    expect((await all(store.list(''))).map(({ key }) => key)).toEqual(['a/object']);
  });

  it('takes over the lock of a writer that was killed long ago', async () => {
    const store = createFileStore(dir, { hardLinks: false });
    const putting = store.put('first', Buffer.from('x'), { ifAbsent: true });
    const lock = await nameOfLock(dir);
    await putting;
    await writeFile(join(dir, lock), '');
    const longAgo = Date.now() / 1000 - TWO_HOURS_S;
    await utimes(join(dir, lock), longAgo, longAgo);
    await store.delete('first');

    expect(await store.put('first', Buffer.from('y'), { ifAbsent: true })).toBe('created');
    expect(await readdir(dir)).toEqual(['first']);
  });

  it('gives up on a lock that stays held, and says which', async () => {
    const store = createFileStore(dir, { hardLinks: false });
    const putting = store.put('first', Buffer.from('x'), { ifAbsent: true });
    const lock = await nameOfLock(dir);
    await putting;
    await store.delete('first');
    await writeFile(join(dir, lock), '');

    const held = store.put('first', Buffer.from('y'), { ifAbsent: true });
    await expect(held).rejects.toThrow(StoreUnavailableError);
    await expect(held).rejects.toThrow(lock);
    expect(await store.head('first')).toBeUndefined();
  });

  it('writes and deletes in the same folders at once', async () => {
    const store = createFileStore(dir);
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let round = 0; round < 40; round++) {
          const key = `a/b/${worker % 2}/${worker}`;
          expect(await store.put(key, Buffer.from('x'), { ifAbsent: true })).toBe('created');
          await store.delete(key);
        }
      }),
    );
    expect(await readdir(dir)).toEqual([]);
  });

  it('refuses symbolic links beneath its folder, wherever they point', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    try {
      await writeFile(join(outside, 'secret'), 'secret');
      await mkdir(join(dir, 'real'));
      await symlink(outside, join(dir, 'folder'));
      await symlink(join(outside, 'secret'), join(dir, 'real', 'file'));
      await symlink(join(dir, 'nowhere'), join(dir, 'real', 'dangling'));
      const store = createFileStore(dir);
      for (const key of ['folder/secret', 'folder/new', 'folder/new/deep', 'real/file', 'real/dangling']) {
        await expect(store.get(key), key).rejects.toThrow(StoreAccessError);
        await expect(store.head(key), key).rejects.toThrow(StoreAccessError);
        await expect(store.put(key, Buffer.from('x')), key).rejects.toThrow(StoreAccessError);
        await expect(store.put(key, Buffer.from('x'), { ifAbsent: true }), key).rejects.toThrow(
          StoreAccessError,
        );
        await expect(store.delete(key), key).rejects.toThrow(StoreAccessError);
      }
      for (const prefix of ['folder/', 'folder/sec']) {
        await expect(all(store.list(prefix)), prefix).rejects.toThrow(/symbolic link/);
      }
      // They hide none of the objects beside them.
      await store.put('real/object', Buffer.from('x'));
      for (const prefix of ['', 'real/']) {
        expect(await all(store.list(prefix))).toEqual([{ key: 'real/object', size: 1 }]);
      }
      expect(await all(store.listFolders(''))).toEqual(['real']);
      expect(await readdir(outside)).toEqual(['secret']);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('may itself be reached by a symbolic link or a URL', async () => {
    await mkdir(join(dir, 'real'));
    await symlink(join(dir, 'real'), join(dir, 'link'));
    await createFileStore(join(dir, 'link')).put('a/b', Buffer.from('x'));
    const store = createFileStore(pathToFileURL(`${join(dir, 'real')}/`));
    expect(await all(store.list(''))).toEqual([{ key: 'a/b', size: 1 }]);
    expect(store.uri).toBe(pathToFileURL(join(dir, 'real')).href);
  });

  it('keeps a folder and an object of one name apart', async () => {
    const store = createFileStore(dir);
    await store.put('a/b', Buffer.from('x'));
    for (const key of ['a', 'a/b/c', 'a/b/c/d']) {
      await expect(store.put(key, Buffer.from('x')), key).rejects.toThrow(StoreAccessError);
      await expect(store.put(key, Buffer.from('x'), { ifAbsent: true }), key).rejects.toThrow(
        StoreAccessError,
      );
    }
    expect((await all(store.list(''))).map(({ key }) => key)).toEqual(['a/b']);
  });

  it('passes over names that are no keys, and what is no file', async () => {
    const store = createFileStore(dir);
    await writeFile(join(dir, 'back\\slash'), 'x');
    await writeFile(join(dir, 'line\nbreak'), 'x');
    await mkdir(join(dir, 'bell\x07'));
    await writeFile(join(dir, 'bell\x07', 'file'), 'x');
    await mkdir(join(dir, 'empty'));
    await writeFile(join(dir, 'object'), 'x');
    expect((await all(store.list(''))).map(({ key }) => key)).toEqual(['object']);
    expect(await all(store.listFolders(''))).toEqual([]);
  });

  it('refuses a name longer than the file system allows', async () => {
    const store = createFileStore(dir);
    await expect(store.put('x'.repeat(300), Buffer.from('x'))).rejects.toThrow(InvalidKeyError);
  });

  it('says that a file is no folder', async () => {
    await writeFile(join(dir, 'file'), 'x');
    for (const root of [join(dir, 'file'), join(dir, 'file', 'deeper')]) {
      const store = createFileStore(root);
      const refused = [
        store.put('a', Buffer.from('x')),
        store.put('a/b', Buffer.from('x'), { ifAbsent: true }),
        store.get('a'),
        store.head('a/b'),
        store.delete('a'),
        all(store.list('')),
        all(store.list('a/')),
        all(store.listFolders('')),
      ];
      for (const outcome of await Promise.allSettled(refused)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_ACCESS' } });
        expect(outcome).toHaveProperty('reason.hint', expect.stringMatching(/another folder/));
      }
    }
  });

  it('says that permission is missing', async () => {
    const store = createFileStore(dir);
    await store.put('a/b', Buffer.from('x'));
    await chmod(dir, 0o755);
    await chmod(join(dir, 'a'), 0o000);
    try {
      // Permissions do not bind root: then somebody else tries.
      const child = spawn(process.execPath, [DENIED, dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
        ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
      });
      const outcomes = JSON.parse(await text(child.stdout));
      expect(outcomes).toEqual({
        get: ['STORE_ACCESS', expect.stringContaining('permission denied')],
        put: ['STORE_ACCESS', expect.stringContaining('permission denied')],
        list: ['STORE_ACCESS', expect.stringContaining('permission denied')],
      });
    } finally {
      await chmod(join(dir, 'a'), 0o700);
    }
  });

  it('says that a file system takes no writes', async () => {
    const store = createFileStore('/proc/agentv-opik-store');
    await expect(store.put('a', Buffer.from('x'))).rejects.toThrow(/Cannot write a in file:\/\/\/proc/);
    await expect(store.get('a')).rejects.toThrow(ObjectNotFoundError);
  });

  it('says that there is no room, and leaves nothing', async () => {
    const child = spawn(
      'bash',
      ['-c', `ulimit -f 64; exec "$@"`, 'bash', process.execPath, WRITER, 'write', dir, 'links', '1000000'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const lines = createInterface({ input: child.stderr });
    let report = '';
    lines.on('line', (line) => {
      report += `${line}\n`;
    });
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(1);
    expect(report).toMatch(
      /StoreUnavailableError: Cannot write replaced\/object .* larger than .* allows \(EFBIG\)/,
    );
    expect(await readdir(join(dir, 'replaced'))).toEqual([]);
  });

  it('gives objects the permissions of ordinary files', async () => {
    const store = createFileStore(dir);
    await store.put('a', Buffer.from('x'), { ifAbsent: true });
    expect((await stat(join(dir, 'a'))).mode & 0o777).toBe(0o666 & ~process.umask());
  });
});

interface Writer {
  readonly child: ChildProcess;
  readonly ready: Promise<string>;
  readonly nextLine: () => Promise<string>;
}

function startWriter(...args: readonly string[]): Writer {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the writer ended with ${child.exitCode}`);
    return value;
  };
  return { child, ready: nextLine(), nextLine };
}

async function readUntil(
  store: ReturnType<typeof createFileStore>,
  end: Promise<unknown>,
  size: number,
): Promise<number> {
  let ended = false;
  const ending = end.then(() => {
    ended = true;
  });
  let seen = 0;
  while (!ended) {
    const info = await store.head('replaced/object');
    if (info !== undefined) {
      expect(info.size).toBe(size);
      expect(isWhole(await store.get('replaced/object'))).toBe(true);
      seen++;
    }
    await sleep(1);
  }
  await ending;
  return seen;
}

async function nameOfLock(dir: string): Promise<string> {
  for (let time = 0; time < 10_000; time++) {
    const lock = (await readdir(dir)).find((name) => name.startsWith('.tmp-lock-'));
    if (lock !== undefined) return lock;
  }
  throw new Error('no lock was seen');
}

function isTemporary(path: string): boolean {
  return path.split('/').some((name) => name.startsWith('.tmp-'));
}
