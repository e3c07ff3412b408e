import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBundleCall } from '../../../core/webhook/bundle-call.ts';

const STORE = 's3://team-evals/agentv';
const PATH = 'runs/shop/2026/11/20/2026-11-20t10-21-37-666z/3f2a9c01b4d7';
const read = (body: unknown) => readBundleCall(Buffer.from(JSON.stringify(body)), STORE);
const malformed = expect.objectContaining({ code: 'MALFORMED_CALL' });

describe('readBundleCall', () => {
  it.each([PATH, `${PATH}/manifest.json`, `${STORE}/${PATH}`, `${STORE}/${PATH}/manifest.json`])(
    'reads %s',
    (bundle) => {
      expect(read({ bundle, from: 'a newer sender' })).toEqual({
        schema: 'agentv-opik.message.v1',
        kind: 'bundle',
        bundle: PATH,
      });
    },
  );

  it.each([
    {},
    [],
    null,
    'runs',
    { bundle: 5 },
    { bundle: '' },
    { bundle: `/${PATH}` },
    { bundle: `${PATH}/` },
    { bundle: `s3://other/agentv/${PATH}` },
    { bundle: `${STORE}-2/${PATH}` },
    { bundle: `file:///etc/${PATH}` },
    { bundle: PATH.replace('shop', '..') },
    { bundle: PATH.replace('shop', 'a\u0000b') },
    { bundle: PATH.replace('shop', 'a\\b') },
    { bundle: PATH.replace('shop', 'x'.repeat(3000)) },
    { bundle: `receipts/${PATH}` },
  ])('refuses %j', (body) => {
    expect(() => read(body)).toThrow(malformed);
  });

  it('refuses what is no JSON in UTF-8, quoting none of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => readBundleCall(bytes, STORE)).toThrow(malformed);
      }),
    );
    expect(() => readBundleCall(Buffer.from('secret-looking text'), STORE)).not.toThrow(/secret/);
  });
});
