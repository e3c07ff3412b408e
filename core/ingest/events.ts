/**
 * What arrives in the queue or at a webhook, in every form that stores and AWS send, as orders for workers.
 *
 * @module
 */
import { z } from 'zod';
import { bundleOfManifestKey } from '../bundle/keys.ts';
import { bundleMessage, type Message, messageSchema } from './messages.ts';

/** The store whose manifests count. */
export interface StorePlace {
  readonly bucket: string;
  /** Without slashes around it; empty for the whole bucket. */
  readonly prefix: string;
}

/** Why a notice asks for nothing. */
export type IgnoredReason = 'test-event' | 'not-created' | 'other-bucket' | 'other-prefix' | 'not-a-manifest';

/** What one event says. */
export type Notice =
  | { readonly kind: 'work'; readonly message: Message }
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason; readonly key?: string }
  /** `problem` quotes nothing of the event. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** An SNS message in an SNS message in … is nobody's honest event. */
const MAX_WRAPPINGS = 3;

const ownMessage = z.looseObject({ schema: z.string().startsWith('agentv-opik.message.') });
const testEvent = z.looseObject({ Event: z.literal('s3:TestEvent') });
const snsEnvelope = z.looseObject({ Type: z.literal('Notification'), Message: z.string() });
const eventBridge = z.looseObject({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  detail: z.looseObject({
    bucket: z.looseObject({ name: z.string() }),
    object: z.looseObject({ key: z.string() }),
  }),
});
const recordList = z.looseObject({ Records: z.array(z.unknown()) });
const s3Record = z.looseObject({
  eventName: z.string(),
  s3: z.looseObject({
    bucket: z.looseObject({ name: z.string() }),
    object: z.looseObject({ key: z.string() }),
  }),
});
const snsRecord = z.looseObject({ Sns: z.looseObject({ Message: z.string() }) });

/**
 * Reads a queue message's body or a webhook's request body. Never throws: what cannot be read is a notice of its own, so
 * that it does not take its neighbours with it.
 *
 * @param place - undefined for any, where a manifest's key tells its bundle by itself; to tell people of it, not to act
 */
export function readNotices(body: string, place: StorePlace | undefined): Notice[] {
  return noticesOfText(body, place, 0);
}

function noticesOfText(text: string, place: StorePlace | undefined, depth: number): Notice[] {
  if (depth > MAX_WRAPPINGS) return [unreadable('wrapped too often')];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    return [unreadable('not JSON')];
  }
  return noticesOfValue(value, place, depth);
}

function noticesOfValue(value: unknown, place: StorePlace | undefined, depth: number): Notice[] {
  if (ownMessage.safeParse(value).success) return [noticeOfMessage(value)];
  if (testEvent.safeParse(value).success) return [{ kind: 'ignored', reason: 'test-event' }];
  const sns = snsEnvelope.safeParse(value);
  if (sns.success) return noticesOfText(sns.data.Message, place, depth + 1);
  const bridged = eventBridge.safeParse(value);
  if (bridged.success) {
    const { detail, 'detail-type': type } = bridged.data;
    // EventBridge gives the key as it is; S3's own notifications encode it.
    return [noticeOfObject(type === 'Object Created', detail.bucket.name, [detail.object.key], place)];
  }
  const records = recordList.safeParse(value);
  if (records.success) return records.data.Records.flatMap((record) => noticesOfRecord(record, place, depth));
  return [unreadable('neither an event of a store nor a message of agentv-opik')];
}

function noticesOfRecord(record: unknown, place: StorePlace | undefined, depth: number): Notice[] {
  const s3 = s3Record.safeParse(record);
  if (s3.success) {
    const { eventName, s3: object } = s3.data;
    // MinIO says `s3:ObjectCreated:Put`.
    const created = /^(?:s3:)?ObjectCreated:/.test(eventName);
    return [noticeOfObject(created, object.bucket.name, keysOf(object.object.key), place)];
  }
  const sns = snsRecord.safeParse(record);
  if (sns.success) return noticesOfText(sns.data.Sns.Message, place, depth + 1);
  return [unreadable('a record of an unknown kind')];
}

/**
 * What an encoded key may mean. Some stores beside AWS do not encode, which shows only where a prefix holds `%` or `+`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
function keysOf(key: string): string[] {
  try {
    return [decodeURIComponent(key.replaceAll('+', ' ')), key];
  } catch {
    return [key];
  }
}

function noticeOfObject(
  created: boolean,
  bucket: string,
  keys: readonly string[],
  place: StorePlace | undefined,
): Notice {
  const [key = ''] = keys;
  const ignored = (reason: IgnoredReason): Notice => ({ kind: 'ignored', reason, key });
  if (!created) return ignored('not-created');
  if (place !== undefined && bucket !== place.bucket) return ignored('other-bucket');
  const inStore = keys.flatMap((each) => keyInStore(each, place) ?? []);
  if (inStore.length === 0) return ignored('other-prefix');
  for (const each of inStore) {
    const path = bundleOfManifestKey(each);
    if (path !== undefined) return { kind: 'work', message: bundleMessage(path) };
  }
  return ignored('not-a-manifest');
}

/** The key without the store's prefix. In an unknown store that is what stands before the last `runs/`. */
function keyInStore(key: string, place: StorePlace | undefined): string | undefined {
  if (place === undefined) return /(?:^|\/)(runs\/(?:[^/]+\/){6}[^/]+)$/.exec(key)?.[1] ?? key;
  const root = place.prefix === '' ? '' : `${place.prefix}/`;
  return key.startsWith(root) ? key.slice(root.length) : undefined;
}

function noticeOfMessage(value: unknown): Notice {
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) return { kind: 'work', message: parsed.data };
  const [issue] = parsed.error.issues;
  return unreadable(`a message of agentv-opik with a wrong ${issue?.path.join('.') || 'form'}`);
}

function unreadable(problem: string): Notice {
  return { kind: 'unreadable', problem };
}
