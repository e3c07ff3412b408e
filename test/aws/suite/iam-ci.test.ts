/**
 * The role of CI: it puts bundles under its own prefix, and cannot read, delete, overwrite or list elsewhere.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourcePath } from '../../../core/bundle/keys.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { makeRunProject } from '../../support/aws/cli.ts';
import { useDeployment } from '../../support/aws/deployment.ts';
import { PREFIX } from '../../support/aws/names.ts';
import { type InlinePolicy, inlinePolicies, without } from '../../support/aws/policies.ts';
import { deleteStack, deployStack, type Stack } from '../../support/aws/stack.ts';
import { environmentOf, s3As, userWith } from '../../support/aws/users.ts';
import { fixtureRun } from '../../support/runs.ts';

const deployment = useDeployment();
const { clients, bucket, storeUri } = deployment;
const source = 'github.com/acme/shop';
const own = `${PREFIX}/${sourcePath(source)}`;
const key = `${own}2026/11/20/run/0123456789ab/manifest.json`;
let role: Stack;
let policies: readonly InlinePolicy[];

beforeAll(async () => {
  role = await deployStack(clients, {
    template: 'infra/ci-role.yaml',
    stack: `${deployment.stack.name}-ci`,
    parameters: {
      Repository: 'acme/shop',
      BucketName: bucket,
      SourceFolder: sourcePath(source).split('/')[1] ?? '',
      Wait: 'true',
    },
  });
  policies = await inlinePolicies(clients.iam, role.resources.Role ?? '');
});
afterAll(() => deleteStack(clients, role));

it('may put only on the condition that nothing is there', () => {
  const put = policies
    .flatMap(({ statements }) => statements)
    .find(({ Action: actions }) => actions.includes('s3:PutObject'));
  expect(put).toMatchObject({ Effect: 'Allow', Condition: { Null: { 's3:if-none-match': 'false' } } });
});

if (shows('iam-enforcement', 'the role of CI: what it may not do')) {
  describe('the role of CI', () => {
    let ci: S3Client;
    const denied = { name: 'AccessDenied' };

    beforeAll(async () => {
      const [policy] = policies.map((each) => without(each, 'ReadOwnReceipts'));
      ci = s3As(await userWith(clients, policy === undefined ? [] : [policy]));
      await ci.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: '{}', IfNoneMatch: '*' }));
    });

    it('lists its own runs', async () => {
      const { Contents: contents = [] } = await ci.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: own }),
      );
      expect(contents.map(({ Key: each }) => each)).toContain(key);
    });

    it('cannot overwrite', () =>
      expect(
        ci.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'other', IfNoneMatch: '*' })),
      ).rejects.toMatchObject({ name: 'PreconditionFailed' }));

    const unconditional = 'cannot put without the condition that nothing is there';
    if (shows('if-none-match-condition', unconditional)) {
      it(unconditional, async () => {
        for (const Key of [key, `${own}new`]) {
          const put = new PutObjectCommand({ Bucket: bucket, Key, Body: 'other' });
          await expect(ci.send(put), Key).rejects.toMatchObject(denied);
        }
      });
    }

    it('cannot put outside its prefix', async () => {
      const put = { Bucket: bucket, Body: '{}', IfNoneMatch: '*' };
      const places = [`${PREFIX}/runs/another/x`, `${PREFIX}/receipts/x`, `${own.slice(0, -1)}-else/x`, 'x'];
      for (const Key of places) {
        await expect(ci.send(new PutObjectCommand({ ...put, Key })), Key).rejects.toMatchObject(denied);
      }
    });

    it('cannot read', () =>
      expect(ci.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).rejects.toMatchObject(denied));

    it('cannot delete', () =>
      expect(ci.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))).rejects.toMatchObject(denied));

    it('cannot list outside its prefix', async () => {
      for (const Prefix of ['', `${PREFIX}/`, `${PREFIX}/runs/`, `${PREFIX}/receipts/`]) {
        const list = new ListObjectsV2Command({ Bucket: bucket, Prefix });
        await expect(ci.send(list), Prefix).rejects.toMatchObject(denied);
      }
    });
  });

  describe('the role of CI with Wait=true', () => {
    const sids = ['PutNewObjects', 'ListOwnRuns', 'ReadOwnReceipts'];

    /** By the command line, as a workflow does it; its run is another one each time. */
    async function upload(statements: (policy: InlinePolicy) => InlinePolicy, run: string): Promise<number> {
      const project = await makeRunProject(fixtureRun(run).directory);
      try {
        const env = environmentOf(await userWith(clients, policies.map(statements)));
        const { code } = await project.cli(
          [
            ...['upload', project.run, '--source', source, '--store', storeUri],
            ...['--policy', 'required', '--wait', '--wait-timeout', '10'],
          ],
          env,
        );
        return code;
      } finally {
        await project.remove();
      }
    }

    it('has these statements and no other', () => {
      const found = policies.flatMap(({ statements }) => statements.map(({ Sid: sid }) => sid));
      expect(found.sort()).toEqual(sids.toSorted());
    });

    it('is enough to upload and wait', async () => {
      expect(await upload((policy) => policy, 'matrix')).toBe(0);
    });

    it.each(sids)('is too little without %s', async (sid) => {
      expect(await upload((policy) => without(policy, sid), 'trials')).not.toBe(0);
    });
  });
}
