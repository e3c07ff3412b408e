import { describe, expect, it } from 'vitest';
import { InvalidStoreUriError, openStore, parseStoreUri } from '../../../core/store/index.ts';

function refusal(uri: string): InvalidStoreUriError {
  try {
    parseStoreUri(uri);
  } catch (error) {
    if (error instanceof InvalidStoreUriError) return error;
    throw error;
  }
  throw new Error(`${uri} was taken`);
}

describe('parseStoreUri', () => {
  it.each([
    ['./bundles', './bundles'],
    ['bundles', 'bundles'],
    ['/srv/bundles', '/srv/bundles'],
    ['../a b#c?d', '../a b#c?d'],
    ['C:\\bundles', 'C:\\bundles'],
    ['file:///srv/bundles', '/srv/bundles'],
    ['file:/srv/bundles', '/srv/bundles'],
    ['FILE:///srv/my%20bundles%23', '/srv/my bundles#'],
    ['file://localhost/srv', '/srv'],
    ['  /srv/bundles\n', '/srv/bundles'],
  ])('reads %j as a folder', (uri, path) => {
    expect(parseStoreUri(uri)).toEqual({ kind: 'file', path });
  });

  it.each([
    ['s3://team-evals', { bucket: 'team-evals', prefix: '' }],
    ['s3://team-evals/', { bucket: 'team-evals', prefix: '' }],
    ['s3://team-evals/a/b', { bucket: 'team-evals', prefix: 'a/b' }],
    ['s3://team-evals/a/b/', { bucket: 'team-evals', prefix: 'a/b' }],
    ['S3://my.bucket/a%20b c', { bucket: 'my.bucket', prefix: 'a%20b c' }],
    ['s3://b01?region=eu-central-1', { bucket: 'b01', prefix: '', region: 'eu-central-1' }],
    [
      's3://b01/p?endpoint=http://127.0.0.1:9000&region=us-east-1&path_style=true',
      {
        bucket: 'b01',
        prefix: 'p',
        endpoint: 'http://127.0.0.1:9000',
        region: 'us-east-1',
        forcePathStyle: true,
      },
    ],
    [
      's3://b01?endpoint=https%3A%2F%2Fs3.example.org%2F&path_style=false',
      { bucket: 'b01', prefix: '', endpoint: 'https://s3.example.org', forcePathStyle: false },
    ],
  ])('reads %j as a bucket', (uri, expected) => {
    expect(parseStoreUri(uri)).toEqual({ kind: 's3', ...expected });
  });

  it.each([
    ['', /empty/],
    ['   ', /empty/],
    ['~/bundles', /"~"/],
    ['/srv/\0', /control character/],
    ['file:bundles', /absolute.*\.\/agentv-bundles/],
    ['file:///srv?x=1', /\?/],
    ['file:///srv#x', /#/],
    ['file:///srv/a%2Fb', /no folder/],
    ['file:///srv/%zz', /no folder/],
    ['gs://bucket', /"gs:"/],
    ['azure://bucket', /"azure:"/],
    ['https://bucket.s3.amazonaws.com/p', /https: address.*s3:\/\//],
    ['s3:bucket', /starts with "s3:\/\/"/],
    ['s3:/bucket', /starts with "s3:\/\/"/],
    ['s3://', /names no bucket/],
    ['s3:///prefix', /names no bucket/],
    ['s3://Team_Evals/p', /no bucket name/],
    ['s3://ab', /no bucket name/],
    ['s3://a..b/p', /no bucket name/],
    ['s3://arn:aws:s3:::b01', /no bucket name/],
    ['s3://b01/a//b', /prefix/],
    ['s3://b01//a', /prefix/],
    ['s3://b01/a/../b', /prefix/],
    ['s3://b01/a\\b', /prefix/],
    [`s3://b01/${'x'.repeat(1025)}`, /prefix/],
    ['s3://b01/p#x', /#/],
    ['s3://b01?endpoint=127.0.0.1:9000', /endpoint/],
    ['s3://b01?endpoint=ftp://x', /endpoint/],
    ['s3://b01?endpoint=http://h/?a=b', /"\?"/],
    ['s3://b01?region=', /region/],
    ['s3://b01?region=eu%20west', /region/],
    ['s3://b01?path_style=yes', /path_style/],
    ['s3://b01?region=a&region=b', /twice/],
    ['s3://b01?reigon=a', /no setting "reigon"/],
  ])('refuses %j, saying why, with an example', (uri, why) => {
    const error = refusal(uri);
    expect(error.message).toMatch(why);
    expect(error.message).toMatch(/Example: \S/);
    expect(error.hint).toBeDefined();
  });

  it.each([
    's3://AKIAEXAMPLE:hunter2@b01/p',
    's3://b01?secret_access_key=hunter2',
    's3://b01?endpoint=http://me:hunter2@127.0.0.1:9000',
  ])('refuses the credentials in %j without repeating them', (uri) => {
    const error = refusal(uri);
    expect(`${error.message} ${error.hint} ${error.cause}`).not.toMatch(/hunter2|AKIAEXAMPLE/);
    expect(error.hint).toMatch(/AWS_ACCESS_KEY_ID/);
  });
});

describe('openStore', () => {
  it('opens what the location names', async () => {
    expect((await openStore('/srv/my bundles/')).uri).toBe('file:///srv/my%20bundles');
    expect((await openStore('s3://team-evals/agentv/')).uri).toBe('s3://team-evals/agentv');
    expect((await openStore({ kind: 's3', bucket: 'team-evals', prefix: '' })).uri).toBe('s3://team-evals');
  });

  it('refuses an endpoint with credentials from the settings too', async () => {
    const opening = openStore('s3://team-evals', { endpoint: 'http://me:hunter2@127.0.0.1:9000' });
    await expect(opening).rejects.toThrow(InvalidStoreUriError);
  });
});
