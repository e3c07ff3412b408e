import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURE_WINDOW_S, signCall, verifyCall } from '../../../core/webhook/signature.ts';

const SECRET = 'a secret of this deployment';
const AT = 1_795_170_097;
const NOW = new Date(AT * 1000);
const BODY = Buffer.from('{"bundle":"runs/…"}');
const SIGNATURE = signCall(SECRET, AT, BODY);

const secrets = fc.string({ minLength: 16, maxLength: 64 });
const bodies = fc.uint8Array({ maxLength: 2000 });

function codeOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'accepted';
}

const verify = (call: { timestamp?: string; signature?: string; body?: Uint8Array }, now = NOW) =>
  codeOf(() => verifyCall(SECRET, { timestamp: String(AT), signature: SIGNATURE, body: BODY, ...call }, now));

it('signs as the page says, so that a shell can', () => {
  const hex = createHmac('sha256', SECRET).update(`${AT}.`).update(BODY).digest('hex');
  expect(SIGNATURE).toBe(`v1=${hex}`);
});

describe('verifyCall', () => {
  it('accepts what was signed, whatever the secret and the body', () => {
    fc.assert(
      fc.property(
        secrets,
        bodies,
        fc.integer({ min: -SIGNATURE_WINDOW_S, max: SIGNATURE_WINDOW_S }),
        (secret, body, skew) => {
          const signature = signCall(secret, AT, body);
          const call = verifyCall(
            secret,
            { timestamp: String(AT), signature, body },
            new Date((AT + skew) * 1000),
          );
          expect(call.expiresAt.getTime()).toBeGreaterThanOrEqual((AT + SIGNATURE_WINDOW_S) * 1000);
        },
      ),
    );
  });

  it('refuses a body of which one bit was changed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 500 }),
        fc.nat(),
        fc.nat({ max: 7 }),
        (body, at, bit) => {
          const tampered = Uint8Array.from(body);
          const index = at % body.length;
          tampered[index] = (tampered[index] ?? 0) ^ (1 << bit);
          expect(verify({ body: tampered, signature: signCall(SECRET, AT, body) })).toBe('SIGNATURE_WRONG');
        },
      ),
    );
  });

  it('refuses a signature of which one digit was changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: 63 }), fc.integer({ min: 1, max: 15 }), (at, by) => {
        const hex = SIGNATURE.slice(3);
        const digit = ((Number.parseInt(hex.charAt(at), 16) + by) % 16).toString(16);
        expect(verify({ signature: `v1=${hex.slice(0, at)}${digit}${hex.slice(at + 1)}` })).toBe(
          'SIGNATURE_WRONG',
        );
      }),
    );
  });

  it('refuses another secret', () => {
    fc.assert(
      fc.property(secrets, bodies, (secret, body) => {
        expect(verify({ body, signature: signCall(secret, AT, body) })).toBe('SIGNATURE_WRONG');
      }),
    );
  });

  it('refuses the same signature with another time: the time is signed too', () => {
    expect(verify({ timestamp: String(AT + 1) })).toBe('SIGNATURE_WRONG');
  });

  it('does not let bytes move between time and body', () => {
    const body = Buffer.from('5.{"bundle":"x"}');
    const moved = Buffer.from('{"bundle":"x"}');
    expect(verify({ timestamp: `${AT}5`, body: moved, signature: signCall(SECRET, AT, body) })).toBe(
      'SIGNATURE_WRONG',
    );
  });

  it.each([-1, 1])('refuses a call just beyond the window (%d)', (direction) => {
    const edge = SIGNATURE_WINDOW_S * 1000 * direction;
    expect(verify({}, new Date(NOW.getTime() + edge))).toBe('accepted');
    expect(verify({}, new Date(NOW.getTime() + edge + direction))).toBe('SIGNATURE_STALE');
  });

  it('tells the age only to who knows the secret', () => {
    const old = new Date(NOW.getTime() + 3_600_000);
    expect(verify({}, old)).toBe('SIGNATURE_STALE');
    expect(verify({ signature: signCall('another', AT, BODY) }, old)).toBe('SIGNATURE_WRONG');
  });

  it.each([
    ['no time', { timestamp: '' }],
    ['a time with a leading zero', { timestamp: `0${AT}` }],
    ['a time with a fraction', { timestamp: `${AT}.5` }],
    ['a time in hex', { timestamp: '0x6b0012f1' }],
    ['a negative time', { timestamp: `-${AT}` }],
    ['a blank before the time', { timestamp: ` ${AT}` }],
    ['no signature', { signature: '' }],
    ['no version', { signature: SIGNATURE.slice(3) }],
    ['an unknown version', { signature: SIGNATURE.replace('v1', 'v2') }],
    ['capital digits', { signature: SIGNATURE.toUpperCase().replace('V1', 'v1') }],
    ['a digit too few', { signature: SIGNATURE.slice(0, -1) }],
    ['a digit too many', { signature: `${SIGNATURE}0` }],
  ])('calls %s not signed', (_what, call) => {
    expect(verify(call)).toBe('SIGNATURE_MISSING');
  });

  it('never throws anything else, and quotes nothing, whatever the headers', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), bodies, (timestamp, signature, body) => {
        expect(['SIGNATURE_MISSING', 'SIGNATURE_WRONG', 'SIGNATURE_STALE']).toContain(
          codeOf(() => verifyCall(SECRET, { timestamp, signature, body }, NOW)),
        );
      }),
    );
  });

  it('takes one of several signatures, while a sender changes its secret', () => {
    const other = signCall('the secret before', AT, BODY);
    expect(verify({ signature: `${other}, ${SIGNATURE}` })).toBe('accepted');
    expect(verify({ signature: `v9=new,${SIGNATURE}` })).toBe('accepted');
    expect(verify({ signature: other })).toBe('SIGNATURE_WRONG');
  });

  it('names a call the same however its header was written', () => {
    const call = { timestamp: String(AT), body: BODY };
    const other = signCall('the secret before', AT, BODY);
    const one = verifyCall(SECRET, { ...call, signature: SIGNATURE }, NOW);
    const two = verifyCall(SECRET, { ...call, signature: `${other},${SIGNATURE}` }, NOW);
    expect(two.id).toBe(one.id);
  });
});
