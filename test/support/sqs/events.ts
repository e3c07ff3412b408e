/**
 * Notifications of "this object was created", in every form that they arrive in a queue.
 */

export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
}

/** As S3 writes a key: encoded like a form, but for the slashes. */
function encodedKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function s3Record({ bucket, key }: CreatedObject, eventName = 'ObjectCreated:Put'): object {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: '2026-11-20T10:21:37.000Z',
    eventName,
    userIdentity: { principalId: 'AIDAJDPLRKLG7UEXAMPLE' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'manifests',
      bucket: {
        name: bucket,
        ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
        arn: `arn:aws:s3:::${bucket}`,
      },
      object: { key: encodedKey(key), size: 1024, eTag: 'd41d8cd98f00b204', sequencer: '0055AED6DCD90281E5' },
    },
  };
}

export function s3Notification(objects: readonly CreatedObject[], eventName?: string): string {
  return JSON.stringify({ Records: objects.map((object) => s3Record(object, eventName)) });
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function eventBridgeEvent({ bucket, key }: CreatedObject, type = 'Object Created'): string {
  return JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': type,
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-11-20T10:21:37Z',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: 5, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '617f08299329d189' },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '1.2.3.4',
      reason: 'PutObject',
    },
  });
}

export function snsWrapped(message: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:us-east-1:123456789012:bundles',
    Subject: 'Amazon S3 Notification',
    Message: message,
    Timestamp: '2026-11-20T10:21:37.000Z',
    SignatureVersion: '1',
  });
}

export function s3TestEvent(bucket: string): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: '2026-11-20T10:21:37.000Z',
    Bucket: bucket,
    RequestId: '5582815E1AEA5ADF',
    HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR',
  });
}

/** @see https://github.com/minio/minio `cmd/event-notification.go`: the same record in a frame of its own, all of the key encoded */
export function minioNotification({ bucket, key }: CreatedObject): string {
  const record = s3Record({ bucket, key: '' }, 's3:ObjectCreated:Put');
  return JSON.stringify({
    EventName: 's3:ObjectCreated:Put',
    Key: `${bucket}/${key}`,
    Records: [
      {
        ...record,
        eventSource: 'minio:s3',
        s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key) } },
      },
    ],
  });
}

export function snsLambdaRecord(message: string): object {
  return { EventVersion: '1.0', EventSource: 'aws:sns', Sns: { Type: 'Notification', Message: message } };
}
