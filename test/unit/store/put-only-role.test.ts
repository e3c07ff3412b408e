/**
 * What the role of infra/ci-role.yaml may ask of S3, asked of S3: new objects put, the own runs listed, nothing else.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishBundle } from '../../../core/bundle/publish.ts';
import { createFileStore, type ObjectStore } from '../../../core/store/index.ts';
import { createS3Store } from '../../../core/store/s3.ts';
import { makeWorkspace, uploadRun, type Workspace } from '../../support/pipeline.ts';
import { fixtureRun } from '../../support/runs.ts';
import type { S3Request } from '../../support/s3/operations.ts';
import { type S3StandIn, startS3StandIn } from '../../support/s3/stand-in.ts';

const BUCKET = 'team-evals';
const RUNS = 'agentv/runs/';

let s3: S3StandIn;
let store: ObjectStore;
let workspace: Workspace;
beforeEach(async () => {
  s3 = await startS3StandIn({ buckets: [BUCKET] });
  const { url: endpoint, region, accessKeyId, secretAccessKey } = s3;
  const credentials = { accessKeyId, secretAccessKey };
  store = createS3Store({ bucket: BUCKET, prefix: 'agentv', endpoint, region, credentials });
  workspace = await makeWorkspace();
});
afterEach(() => Promise.all([s3.close(), workspace.remove()]));

function isAllowed({ method, key, headers, query }: S3Request): boolean {
  if (method === 'PUT') return key.startsWith(RUNS) && headers['if-none-match'] === '*';
  return method === 'GET' && key === '' && (query.get('prefix') ?? '').startsWith(RUNS);
}

/** From now on the store's key is that role's. */
function becomeRole(): void {
  s3.inject(
    { kind: 'error', status: 403, code: 'AccessDenied' },
    { times: Number.POSITIVE_INFINITY, when: (request) => !isAllowed(request) },
  );
}

async function staged() {
  const elsewhere = createFileStore(`${workspace.directory}/elsewhere`);
  const place = { directory: workspace.directory, store: elsewhere };
  const { manifest, path } = await uploadRun(fixtureRun('baseline').directory, place, { mode: 'full' });
  return { manifest, staging: createFileStore(`${workspace.directory}/elsewhere/${path}`) };
}

const conflict = { kind: 'error', status: 409, code: 'ConditionalRequestConflict' } as const;
const isPut = ({ method }: S3Request): boolean => method === 'PUT';

it('publishes, twice, and with others in the way', async () => {
  const { manifest, staging } = await staged();
  s3.inject(conflict, { times: 3, when: isPut });
  becomeRole();

  const first = await publishBundle({ staging, store, manifest });
  s3.inject(conflict, { times: 3, when: isPut });
  const second = await publishBundle({ staging, store, manifest });

  expect([first.outcome, second.outcome]).toEqual(['created', 'exists']);
  expect(second.path).toBe(first.path);
});

it('needs no look at an object to know that it is there', async () => {
  await store.put('runs/a', Buffer.from('first'));
  becomeRole();
  const before = s3.requests.length;
  expect(await store.put('runs/a', Buffer.from('second'), { ifAbsent: true })).toBe('exists');
  s3.inject(conflict, { when: isPut });
  expect(await store.put('runs/a', Buffer.from('second'), { ifAbsent: true })).toBe('exists');
  expect(s3.requests.slice(before).filter((request) => !request.startsWith('PUT'))).toEqual([]);
});

it.each([
  ['get', () => store.get('runs/a'), /s3:GetObject on team-evals\/agentv\/\*, and s3:ListBucket/],
  ['head', () => store.head('runs/a'), /s3:GetObject on team-evals\/agentv\/\*/],
  ['overwriting', () => store.put('runs/a', Buffer.from('x')), /s3:PutObject .* may only create cannot/],
  ['delete', () => store.delete('runs/a'), /^Allow s3:DeleteObject on team-evals\/agentv\/\*\.$/],
  [
    'listing',
    async () => {
      for await (const _object of store.list('receipts/')) throw new Error('listed');
    },
    /^Allow s3:ListBucket on team-evals for the prefix agentv\/\*\.$/,
  ],
])('%s is refused with the permission that is missing, and no other', async (_what, ask, hint) => {
  await store.put('runs/a', Buffer.from('x'));
  becomeRole();
  await expect(ask()).rejects.toMatchObject({
    code: 'STORE_ACCESS',
    hint: expect.stringMatching(hint),
    cause: { name: expect.stringMatching(/AccessDenied|Unknown|403|Forbidden/) },
  });
});
