import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Notice, readNotices, type StorePlace } from '../../../core/ingest/events.ts';
import { bundleMessage } from '../../../core/ingest/messages.ts';
import {
  eventBridgeEvent,
  minioNotification,
  s3Notification,
  s3Record,
  s3TestEvent,
  snsLambdaRecord,
  snsWrapped,
} from '../../support/sqs/events.ts';

const BUNDLE = 'runs/github.com_acme_shop~06ce049d5fa3fd5a/2026/11/20/2026-11-20t10-21-37-666z/84265a7bc1b2';
const PLACE: StorePlace = { bucket: 'team-evals', prefix: 'agentv' };
const OBJECT = { bucket: 'team-evals', key: `agentv/${BUNDLE}/manifest.json` };
const WORK: Notice = { kind: 'work', message: bundleMessage(BUNDLE) };

describe('every form of "this manifest was put"', () => {
  it.each([
    ['Put', s3Notification([OBJECT])],
    ['Post', s3Notification([OBJECT], 'ObjectCreated:Post')],
    ['Copy', s3Notification([OBJECT], 'ObjectCreated:Copy')],
    ['CompleteMultipartUpload', s3Notification([OBJECT], 'ObjectCreated:CompleteMultipartUpload')],
    ['EventBridge', eventBridgeEvent(OBJECT)],
    ['SNS', snsWrapped(s3Notification([OBJECT]))],
    ['SNS of EventBridge', snsWrapped(eventBridgeEvent(OBJECT))],
    ['SNS of SNS', snsWrapped(snsWrapped(s3Notification([OBJECT])))],
    [
      'SNS as it invokes a function',
      JSON.stringify({ Records: [snsLambdaRecord(s3Notification([OBJECT]))] }),
    ],
    ['MinIO', minioNotification(OBJECT)],
    ['our own message', JSON.stringify(bundleMessage(BUNDLE))],
    ['our own message by SNS', snsWrapped(JSON.stringify(bundleMessage(BUNDLE)))],
  ])('%s', (_form, body) => {
    expect(readNotices(body, PLACE)).toEqual([WORK]);
  });

  it('several records, of which each counts for itself', () => {
    const records = [
      s3Record(OBJECT),
      { what: 'ever' },
      s3Record({ ...OBJECT, bucket: 'other' }),
      s3Record(OBJECT, 'ObjectRemoved:Delete'),
    ];
    expect(readNotices(JSON.stringify({ Records: records }), PLACE).map((notice) => notice.kind)).toEqual([
      'work',
      'unreadable',
      'ignored',
      'ignored',
    ]);
  });

  it.each(['', 'agentv', 'a/b', 'team a+b', '100%', '%2F', 'übung', 'a%20b'])(
    'whatever the prefix is called: %j, encoded or not',
    (prefix) => {
      const key = prefix === '' ? `${BUNDLE}/manifest.json` : `${prefix}/${BUNDLE}/manifest.json`;
      const object = { bucket: 'team-evals', key };
      const place = { bucket: 'team-evals', prefix };
      const raw = {
        Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'team-evals' }, object } }],
      };
      for (const body of [s3Notification([object]), eventBridgeEvent(object), minioNotification(object)]) {
        expect(readNotices(body, place)).toEqual([WORK]);
      }
      expect(readNotices(JSON.stringify(raw), place)).toEqual([WORK]);
    },
  );
});

describe('what is not ours', () => {
  const at = (key: string, bucket = 'team-evals'): string => s3Notification([{ bucket, key }]);
  it.each([
    ['test-event', s3TestEvent('team-evals')],
    ['not-created', s3Notification([OBJECT], 'ObjectRemoved:Delete')],
    ['not-created', s3Notification([OBJECT], 'ObjectTagging:Put')],
    ['not-created', eventBridgeEvent(OBJECT, 'Object Deleted')],
    ['other-bucket', at(OBJECT.key, 'other')],
    ['other-prefix', at(`${BUNDLE}/manifest.json`)],
    ['other-prefix', at(`agentv2/${BUNDLE}/manifest.json`)],
    ['other-prefix', at(`x/agentv/${BUNDLE}/manifest.json`)],
    ['not-a-manifest', at(`agentv/${BUNDLE}/parts/00000.jsonl.zst`)],
    ['not-a-manifest', at(`agentv/x/${BUNDLE}/manifest.json`)],
    ['not-a-manifest', at(`agentv/receipts/${BUNDLE}/manifest.json`)],
    ['not-a-manifest', at('agentv/manifest.json')],
  ])('%s', (reason, body) => {
    expect(readNotices(body, PLACE)).toEqual([expect.objectContaining({ kind: 'ignored', reason })]);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['no JSON', 'hello'],
    ['another kind', '{"a":1}'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a newer message', '{"schema":"agentv-opik.message.v2","kind":"bundle"}'],
    ['a message with a path that climbs', JSON.stringify(bundleMessage('runs/../../x'))],
    [
      'a part without its number',
      JSON.stringify({ ...bundleMessage(BUNDLE), kind: 'part', destination: '0'.repeat(12) }),
    ],
    ['wrapped without end', [...'wrapped'].reduce((body) => snsWrapped(body), s3Notification([OBJECT]))],
  ])('%s', (_name, body) => {
    expect(readNotices(body, PLACE)).toEqual([{ kind: 'unreadable', problem: expect.any(String) }]);
  });

  it('never throws, and quotes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        for (const notice of readNotices(body, PLACE)) {
          if (notice.kind === 'unreadable' && body.length > 40) expect(notice.problem).not.toContain(body);
        }
      }),
    );
    const almost = fc.record({
      Records: fc.array(
        fc.record(
          {
            eventName: fc.anything(),
            s3: fc.record({ bucket: fc.anything(), object: fc.anything() }),
            Sns: fc.anything(),
          },
          { requiredKeys: [] },
        ),
      ),
      Type: fc.constantFrom('Notification', 'Other'),
      Message: fc.anything(),
      schema: fc.constantFrom('agentv-opik.message.v1', 'x', 1),
    });
    fc.assert(fc.property(almost, (value) => Array.isArray(readNotices(JSON.stringify(value), PLACE))));
  });
});
