import { createServer } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentvOpikError } from '../../../core/errors.ts';
import { InvalidKeyError, ObjectNotFoundError, type ObjectStore } from '../../../core/store/index.ts';
import { createS3Store, type S3StoreOptions } from '../../../core/store/s3.ts';
import {
  type Fault,
  type S3StandIn,
  type S3StandInOptions,
  startS3StandIn,
} from '../../support/s3/stand-in.ts';
import { all, describeStoreContract } from '../../support/store/contract.ts';

const BUCKET = 'team-evals';

function storeOn(standIn: S3StandIn, options: Partial<S3StoreOptions> = {}): ObjectStore {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = standIn;
  return createS3Store({
    bucket: BUCKET,
    prefix: 'agentv',
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 3,
    requestTimeoutMs: 5000,
    ...options,
  });
}

async function failureOf(work: Promise<unknown>): Promise<AgentvOpikError> {
  const [outcome] = await Promise.allSettled([work]);
  if (outcome?.status !== 'rejected') throw new Error('the call did not fail');
  return outcome.reason;
}

for (const prefix of ['agentv/team a', '']) {
  describeStoreContract(`the S3 stand-in, ${prefix === '' ? 'a whole bucket' : 'a prefix'}`, async () => {
    const standIn = await startS3StandIn({ buckets: [BUCKET] });
    return {
      store: storeOn(standIn, { prefix }),
      reopen: () => storeOn(standIn, { prefix }),
      close: standIn.close,
    };
  });
}

describe('an S3 store', () => {
  let standIn: S3StandIn;
  let store: ObjectStore;
  const start = async (options: S3StandInOptions = {}): Promise<void> => {
    await standIn?.close();
    standIn = await startS3StandIn({ buckets: [BUCKET], ...options });
    store = storeOn(standIn);
  };
  beforeEach(async () => {
    standIn = await startS3StandIn({ buckets: [BUCKET] });
    store = storeOn(standIn);
  });
  afterEach(async () => {
    await standIn.close();
  });
  const isPut = ({ method }: { method: string }): boolean => method === 'PUT';
  const isGet = ({ method }: { method: string }): boolean => method === 'GET';

  it('writes into buckets that lock their objects', async () => {
    const locking = await startS3StandIn({ buckets: [BUCKET], objectLock: true });
    const locked = storeOn(locking);
    expect(await locked.put('a', Buffer.from('x'), { ifAbsent: true })).toBe('created');
    expect(await locked.put('b', Buffer.from('y'))).toBe('created');
    await locking.close();
  });

  it('keeps to its prefix', async () => {
    const beside = storeOn(standIn, { prefix: '' });
    await beside.put('agentv-other/a', Buffer.from('x'));
    await beside.put('agentv', Buffer.from('x'));
    await store.put('a', Buffer.from('x'));
    expect(await all(store.list(''))).toEqual([{ key: 'a', size: 1 }]);
    expect((await all(beside.list(''))).map(({ key }) => key)).toEqual([
      'agentv',
      'agentv-other/a',
      'agentv/a',
    ]);
    expect(store.uri).toBe('s3://team-evals/agentv');
    expect(beside.uri).toBe('s3://team-evals');
  });

  it('counts its prefix among the 1,024 bytes of a key', async () => {
    await store.put('x'.repeat(1024 - 'agentv/'.length), Buffer.from('x'));
    await expect(store.put('x'.repeat(1024), Buffer.from('x'))).rejects.toThrow(InvalidKeyError);
  });

  it('refuses a prefix that is no key', () => {
    expect(() => storeOn(standIn, { prefix: 'a/../b' })).toThrow(InvalidKeyError);
    expect(() => storeOn(standIn, { prefix: 'a/' })).toThrow(InvalidKeyError);
  });

  describe('repeats what may succeed', () => {
    it.each<[string, Fault]>([
      ['a closed connection', { kind: 'reset' }],
      ['500', { kind: 'error', status: 500, code: 'InternalError' }],
      ['503 SlowDown', { kind: 'error', status: 503, code: 'SlowDown' }],
      ['a lost reply', { kind: 'lost-reply' }],
    ])('after %s', async (_, fault) => {
      standIn.inject(fault, { times: 2 });
      expect(await store.put('a', Buffer.from('x'))).toBe('created');
      standIn.inject(fault, { times: 2 });
      expect((await store.get('a')).byteLength).toBe(1);
      standIn.inject(fault, { times: 2 });
      expect(await all(store.list(''))).toHaveLength(1);
    });

    it('after a body that broke off', async () => {
      const body = Buffer.alloc(300_000, 'abc');
      await store.put('a', body);
      standIn.inject({ kind: 'cut-body', bytes: 100_000 }, { times: 2, when: isGet });
      expect(body.equals(await store.get('a'))).toBe(true);
      standIn.inject({ kind: 'cut-body', bytes: 100_000 }, { times: 9, when: isGet });
      expect(await failureOf(store.get('a'))).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    });

    it('after a body that stands still', async () => {
      const impatient = storeOn(standIn, { requestTimeoutMs: 300 });
      const body = Buffer.alloc(300_000, 'abc');
      await impatient.put('a', body);
      standIn.inject({ kind: 'stalled-body', bytes: 100_000 }, { when: isGet });
      expect(body.equals(await impatient.get('a'))).toBe(true);
    });

    it('and gives up after its attempts', async () => {
      standIn.inject({ kind: 'error', status: 503, code: 'SlowDown' }, { times: 99 });
      const error = await failureOf(store.get('a'));
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      expect(error.message).toMatch(
        /read a in s3:\/\/team-evals\/agentv: .*slow down \(SlowDown, HTTP 503\)/,
      );
      expect(standIn.requests).toHaveLength(3);
    });
  });

  describe('under ifAbsent', () => {
    it('may report its own object after a lost reply', async () => {
      standIn.inject({ kind: 'lost-reply' }, { when: isPut });
      expect(await store.put('a', Buffer.from('mine'), { ifAbsent: true })).toBe('exists');
      expect(Buffer.from(await store.get('a')).toString()).toBe('mine');
    });

    it.each(['ConditionalRequestConflict', 'OperationAborted'])('tries again after %s', async (code) => {
      standIn.inject({ kind: 'error', status: 409, code }, { times: 3, when: isPut });
      expect(await store.put('a', Buffer.from('x'), { ifAbsent: true })).toBe('created');
    });

    it('takes a conflict for lost when the object is there', async () => {
      await store.put('a', Buffer.from('first'));
      standIn.inject({ kind: 'error', status: 409, code: 'ConditionalRequestConflict' }, { when: isPut });
      expect(await store.put('a', Buffer.from('second'), { ifAbsent: true })).toBe('exists');
      expect(Buffer.from(await store.get('a')).toString()).toBe('first');
    });

    it('gives up on conflicts without end', async () => {
      standIn.inject(
        { kind: 'error', status: 409, code: 'ConditionalRequestConflict' },
        { times: 99, when: isPut },
      );
      expect(await failureOf(store.put('a', Buffer.from('x'), { ifAbsent: true }))).toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
    });

    it.each(['refused', 'ignored'] as const)(
      'refuses an endpoint where the condition is %s',
      async (conditionalWrites) => {
        await start({ conditionalWrites });
        const error = await failureOf(store.put('a', Buffer.from('x'), { ifAbsent: true }));
        expect(error).toMatchObject({ code: 'STORE_ACCESS', retryable: false });
        expect(error.message).toMatch(/no conditional writes/);
        expect(error.hint).toMatch(/Update that store/);
        expect(await store.put('a', Buffer.from('x'))).toBe('created');
      },
    );

    it('asks an endpoint once whether it honours the condition', async () => {
      for (const key of ['a', 'b', 'c']) await store.put(key, Buffer.from('x'), { ifAbsent: true });
      expect(standIn.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(4);
    });
  });

  describe('says what is wrong', () => {
    it('when the bucket is missing', async () => {
      const lost = storeOn(standIn, { bucket: 'no-such-bucket' });
      const calls = [
        () => lost.get('a'),
        () => lost.head('a'),
        () => lost.put('a', Buffer.from('x')),
        () => lost.put('a', Buffer.from('x'), { ifAbsent: true }),
        () => lost.delete('a'),
        () => all(lost.list('')),
        () => all(lost.listFolders('')),
      ];
      for (const call of calls) {
        const error = await failureOf(call());
        expect(error).toMatchObject({ code: 'STORE_ACCESS' });
        expect(error.message).toMatch(/no bucket "no-such-bucket"/);
      }
    });

    it('when the object is missing', async () => {
      const error = await failureOf(store.get('none'));
      expect(error).toBeInstanceOf(ObjectNotFoundError);
      expect(error.message).toMatch(/none in s3:\/\/team-evals\/agentv/);
    });

    it('when the access key is unknown or the secret is wrong', async () => {
      const credentials = { accessKeyId: 'OTHER', secretAccessKey: 'hunter2-hunter2' };
      const unknown = await failureOf(storeOn(standIn, { credentials }).get('a'));
      expect(unknown.message).toMatch(/access key is not known/);
      const wrong = { accessKeyId: standIn.accessKeyId, secretAccessKey: 'hunter2-hunter2' };
      const mismatch = await failureOf(
        storeOn(standIn, { credentials: wrong }).list('')[Symbol.asyncIterator]().next(),
      );
      expect(mismatch.message).toMatch(/secret key does not fit/);
      for (const error of [unknown, mismatch]) {
        expect(error).toMatchObject({ code: 'STORE_ACCESS' });
        expect(error.hint).toMatch(/AWS_ACCESS_KEY_ID/);
        // Also with all that --verbose shows.
        const shown = inspect(error, { depth: 9, showHidden: true });
        expect(shown).not.toMatch(/hunter2|STANDINKEY|OTHER|AWS4-HMAC|X-Amz-|Signature=|\?list-type/);
      }
    });

    it('when the bucket is in another region', async () => {
      const error = await failureOf(storeOn(standIn, { region: 'eu-west-1' }).get('a'));
      expect(error).toMatchObject({ code: 'STORE_ACCESS' });
      expect(error.message).toMatch(/bucket is in the region us-east-1/);
      expect(error.hint).toMatch(/region=us-east-1/);

      const headers = { 'x-amz-bucket-region': 'ap-south-1' };
      for (const status of [301, 400]) {
        standIn.inject({ kind: 'error', status, code: 'PermanentRedirect', headers }, { times: 2 });
        expect((await failureOf(store.get('a'))).message).toMatch(/region ap-south-1/);
        expect((await failureOf(store.head('a'))).message).toMatch(/region ap-south-1/);
      }
    });

    it.each([
      [403, 'AccessDenied', 'STORE_ACCESS', /denied/, /s3:PutObject/],
      [400, 'ExpiredToken', 'STORE_ACCESS', /expired/, /sso login/],
      [403, 'RequestTimeTooSkewed', 'STORE_ACCESS', /clock/, /clock/],
      [403, 'InvalidObjectState', 'STORE_ACCESS', /archived/, /Restore/],
      [400, 'EntityTooLarge', 'STORE_ACCESS', /too large/, /parts/],
      [400, 'SomethingNew', 'STORE_ACCESS', /refused.*SomethingNew, HTTP 400/, /settings/],
      [409, 'OperationAborted', 'STORE_UNAVAILABLE', /failed/, /later/],
      [429, 'TooManyRequests', 'STORE_UNAVAILABLE', /slow down/, /later/],
      [504, 'GatewayTimeout', 'STORE_UNAVAILABLE', /failed/, /later/],
      [507, 'InsufficientStorage', 'STORE_UNAVAILABLE', /failed/, /later/],
    ])('for %d %s', async (status, code, expected, message, hint) => {
      standIn.inject({ kind: 'error', status, code }, { times: 99 });
      const error = await failureOf(store.put('a', Buffer.from('x')));
      expect(error).toMatchObject({ code: expected });
      expect(error.message).toMatch(message);
      expect(error.hint).toMatch(hint);
    });

    it('for an answer to HEAD, which has no body', async () => {
      standIn.inject({ kind: 'error', status: 403, code: 'AccessDenied' });
      const error = await failureOf(store.head('a'));
      expect(error).toMatchObject({ code: 'STORE_ACCESS' });
      expect(error.message).toMatch(/denied \(.*403\)/);
    });

    it('when nothing answers in time', async () => {
      standIn.inject({ kind: 'slow', delayMs: 4000 }, { times: 9 });
      const error = await failureOf(storeOn(standIn, { requestTimeoutMs: 200 }).get('a'));
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      expect(error.message).toMatch(/in time/);
    });

    it('when nothing is there', async () => {
      const { url } = standIn;
      await standIn.close();
      const error = await failureOf(store.put('a', Buffer.from('x')));
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      expect(error.message).toMatch(/cannot be reached \(ECONNREFUSED\)/);
      expect(error.hint).toContain(url);
      await start();
    });

    it('when the endpoint is a web server', async () => {
      const server = createServer((_, response) => response.end('<html><body>Welcome</body></html>'));
      await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const web = storeOn(standIn, { endpoint: `http://127.0.0.1:${port}` });
      await expect(web.put('a', Buffer.from('x'), { ifAbsent: true })).rejects.toThrow(
        /no conditional writes/,
      );
      server.close();
    });
  });

  it('ends at once when aborted, also in the middle of a body', async () => {
    await store.put('a', Buffer.alloc(300_000, 'x'));
    const reason = new Error('the person pressed Ctrl-C');
    standIn.inject({ kind: 'stalled-body', bytes: 100_000 }, { times: 9, when: isGet });
    const reading = new AbortController();
    setTimeout(() => reading.abort(reason), 100);
    await expect(store.get('a', { signal: reading.signal })).rejects.toBe(reason);

    standIn.inject({ kind: 'slow', delayMs: 4000 }, { times: 9, when: isPut });
    const writing = new AbortController();
    setTimeout(() => writing.abort(reason), 100);
    await expect(store.put('b', Buffer.from('x'), { signal: writing.signal })).rejects.toBe(reason);

    standIn.inject(
      { kind: 'error', status: 409, code: 'ConditionalRequestConflict' },
      { times: 99, when: isPut },
    );
    const contending = new AbortController();
    setTimeout(() => contending.abort(reason), 100);
    const put = store.put('c', Buffer.from('x'), { ifAbsent: true, signal: contending.signal });
    await expect(put).rejects.toBe(reason);
  });
});
