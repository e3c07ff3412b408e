/**
 * Signed calls: HMAC-SHA256 over the time and the body, as Stripe and Slack sign theirs.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SignatureMissingError, SignatureStaleError, SignatureWrongError } from './errors.ts';

/** Whole seconds since 1970. */
export const TIMESTAMP_HEADER = 'X-Agentv-Opik-Timestamp';
/** `v1=<64 hex digits>`; several, separated by commas, from a sender that is changing its secret. */
export const SIGNATURE_HEADER = 'X-Agentv-Opik-Signature';

/** How far a call's time may be from ours, in either direction. Seconds. */
export const SIGNATURE_WINDOW_S = 300;

const MAX_SIGNATURES = 4;

export interface SignedCall {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** The bytes as they came. */
  readonly body: Uint8Array;
}

/** A call that is believed. */
export interface VerifiedCall {
  /** Names the call: the same for the same time and body, whichever way its headers were written. */
  readonly id: string;
  /** From then on the call would be stale. */
  readonly expiresAt: Date;
}

/**
 * Makes the value of the signature header.
 *
 * @param timestamp - whole seconds since 1970, as sent in the other header
 *
 * @example
 * const timestamp = Math.floor(Date.now() / 1000);
 * signCall(secret, timestamp, Buffer.from('{"bundle":"runs/…"}')); // 'v1=…'
 */
export function signCall(secret: string, timestamp: number, body: Uint8Array): string {
  return `v1=${hmacOf(secret, String(timestamp), body).toString('hex')}`;
}

/**
 * Checks a signed call.
 *
 * Guarantees: compared in constant time; the age is told only to somebody who knows the secret; no error quotes anything
 * of the call.
 *
 * @throws SignatureMissingError, SignatureWrongError, SignatureStaleError
 */
export function verifyCall(secret: string, call: SignedCall, now: Date): VerifiedCall {
  const { timestamp = '' } = call;
  const offered = offeredSignatures(call.signature ?? '');
  // No leading zeros: one time is written in one way.
  if (!/^[1-9]\d{0,10}$/.test(timestamp) || offered.length === 0) {
    throw new SignatureMissingError('The call is not signed', {
      hint: `Send ${TIMESTAMP_HEADER} (seconds since 1970) and ${SIGNATURE_HEADER}: v1=<hex HMAC-SHA256 of "<timestamp>.<body>">.`,
    });
  }
  const expected = hmacOf(secret, timestamp, call.body);
  // Every one is compared, so that the time does not tell which was right.
  const matches = offered.filter((signature) => timingSafeEqual(signature, expected));
  if (matches.length === 0) {
    throw new SignatureWrongError('The signature does not match', {
      hint: 'Sign the bytes that are sent, with the webhook secret of this deployment.',
    });
  }
  const signedAt = Number(timestamp) * 1000;
  if (Math.abs(now.getTime() - signedAt) > SIGNATURE_WINDOW_S * 1000) {
    throw new SignatureStaleError(`The call was signed more than ${SIGNATURE_WINDOW_S} seconds from now`, {
      hint: 'Sign again, and check the clocks of both machines.',
    });
  }
  return { id: expected.toString('hex'), expiresAt: new Date(signedAt + SIGNATURE_WINDOW_S * 1000 + 1) };
}

/** Versions that we do not know are left out, so that a sender may add one. */
function offeredSignatures(header: string): Buffer[] {
  return header
    .split(',', MAX_SIGNATURES)
    .map((each) => /^v1=([0-9a-f]{64})$/.exec(each.trim())?.[1])
    .filter((hex) => hex !== undefined)
    .map((hex) => Buffer.from(hex, 'hex'));
}

function hmacOf(secret: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
}
