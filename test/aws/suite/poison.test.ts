/**
 * Bundles that cannot be delivered: one reason beside the receipts, dead letters after the tries, nobody else held up;
 * and when the cause is gone, a replay delivers.
 */
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../../core/bundle/read.ts';
import { delivered, directState, givenUp, manifestKey, publish } from '../../support/aws/bundles.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { replayDeadLetters } from '../../support/aws/cli.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { whilePaused } from '../../support/aws/event-source.ts';
import { PREFIX } from '../../support/aws/names.ts';
import { whileRestricted } from '../../support/aws/policies.ts';
import { waitFor } from '../../support/aws/wait.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const deployment = useDeployment();
const { clients, bucket } = deployment;

/** Replaces an object's bytes; undefined removes it. Gives what puts it back. */
async function tamper(
  key: string,
  change: (bytes: Buffer) => Buffer | undefined,
): Promise<() => Promise<void>> {
  const at = { Bucket: bucket, Key: `${PREFIX}/${key}` };
  const { Body: body } = await clients.s3.send(new GetObjectCommand(at));
  const original = Buffer.from((await body?.transformToByteArray()) ?? []);
  const changed = change(original);
  if (changed === undefined) await clients.s3.send(new DeleteObjectCommand(at));
  else await clients.s3.send(new PutObjectCommand({ ...at, Body: changed }));
  return async () => {
    await clients.s3.send(new PutObjectCommand({ ...at, Body: original }));
  };
}

const inManifest =
  (change: (manifest: Record<string, unknown>) => object) =>
  (bytes: Buffer): Buffer =>
    Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString('utf8')))));

const CASES = [
  {
    what: 'a corrupt part',
    code: 'CORRUPT_OBJECT',
    object: 'part',
    change: (bytes: Buffer) =>
      Buffer.from(bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte))),
  },
  { what: 'a part that was deleted', code: 'CORRUPT_OBJECT', object: 'part', change: () => undefined },
  {
    what: 'a manifest whose digest is wrong',
    code: 'INVALID_MANIFEST',
    object: 'manifest',
    change: inManifest((manifest) => ({ ...manifest, run: { ...Object(manifest.run), run_id: 'another' } })),
  },
  {
    what: 'a foreign manifest',
    code: 'INVALID_MANIFEST',
    object: 'manifest',
    change: inManifest(() => ({ id: 1 })),
  },
  {
    what: 'a manifest of a newer schema',
    code: 'UNSUPPORTED_MANIFEST',
    object: 'manifest',
    change: inManifest((manifest) => ({ ...manifest, schema: 'agentv-opik.manifest.v2' })),
  },
  {
    what: 'a manifest of 100 MB',
    code: 'OBJECT_TOO_LARGE',
    object: 'manifest',
    change: () => Buffer.alloc(100 * 1024 * 1024, ' '),
  },
] as const;

describe.each(CASES)('$what', ({ code, object, change }) => {
  it('is given up with the reason, holds nobody up, and is delivered by a replay once mended', async () => {
    const { poison, healthy, mend } = await whilePaused(deployment, async () => {
      const path = await publish(deployment, fixtureRun('baseline').directory);
      const { parts } = await openBundle(deployment.store, path);
      const key = object === 'part' ? `${path}/${parts[0]?.path}` : manifestKey(path);
      const restore = await tamper(key, change);
      return { poison: path, mend: restore, healthy: await publish(deployment, fixtureRun('ws').directory) };
    });
    await delivered(deployment, healthy);
    const failure = await givenUp(deployment, poison);
    expect(failure).toMatchObject({ code, bundle: poison, attempts: 4, retryable: false });
    expect(failure.reason).not.toBe('');
    await waitFor(
      'A dead letter',
      async () => (await depth(clients, deployment.deadLettersUrl)) > 0 || undefined,
    );

    await mend();
    const { code: replayed, stderr } = await replayDeadLetters(deployment);
    expect(replayed, stderr).toBe(0);

    await delivered(deployment, poison);
    await deployment.drained();
    expect(await depth(clients, deployment.deadLettersUrl)).toBe(0);
    const both = [healthy, poison];
    expectSameState(deployment.opik.snapshot(), await directState(deployment, both), 'after the replay');
    for await (const { key } of deployment.store.list(`receipts/${poison}/`))
      expect(key).not.toContain('failure.json');
  });
});

if (shows('iam-enforcement', 'a bundle that the workers may not read')) {
  it('no permission: given up with the reason, and delivered by a replay once it is back', async () => {
    const { path, failure } = await whileRestricted(
      clients.iam,
      {
        role: deployment.stack.resources.IngestRole ?? '',
        sid: 'ReadBundlesAndReceipts',
        change: (statement) => ({
          ...statement,
          Resource: statement.Resource.filter((resource) => !resource.endsWith('/runs/*')),
        }),
      },
      async () => {
        const bundle = await publish(deployment, fixtureRun('baseline').directory);
        const known = await givenUp(deployment, bundle);
        await waitFor(
          'A dead letter',
          async () => (await depth(clients, deployment.deadLettersUrl)) > 0 || undefined,
        );
        return { path: bundle, failure: known };
      },
    );
    expect(failure).toMatchObject({ code: 'STORE_ACCESS', bundle: path, attempts: 4 });
    expect(failure.reason).not.toBe('');
    expect(deployment.opik.requests).toEqual([]);

    const { code, stderr } = await replayDeadLetters(deployment);
    expect(code, stderr).toBe(0);
    await delivered(deployment, path);
    await deployment.drained();
    expectSameState(deployment.opik.snapshot(), await directState(deployment, [path]), 'once it may');
    expect(await depth(clients, deployment.deadLettersUrl)).toBe(0);
  });
}

const alarmTitle = 'a dead letter raises the alarm';
if (shows('sqs-metrics', alarmTitle)) it(alarmTitle, { timeout: 240_000 }, raisesTheAlarm);

async function raisesTheAlarm(): Promise<void> {
  const path = await whilePaused(deployment, async () => {
    const bundle = await publish(deployment, fixtureRun('baseline').directory);
    await tamper(manifestKey(bundle), () => Buffer.from('{}'));
    return bundle;
  });
  await givenUp(deployment, path);
  const name = `${deployment.stack.name}-dead-letters`;
  await waitFor(
    'The alarm on dead letters',
    async () => {
      const { MetricAlarms: alarms = [] } = await clients.cloudWatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [name] }),
      );
      return alarms[0]?.StateValue === 'ALARM' || undefined;
    },
    { timeoutMs: 200_000, everyMs: 2000 },
  );
}
