/**
 * The brand that makes capture the only way out: whatever writes a bundle or talks to Opik takes a
 * {@link CapturedResult}, and only {@link mint} makes one.
 *
 * @module
 */
import type { Result } from '../run/result.ts';
import { NotCapturedError } from './errors.ts';

declare const brand: unique symbol;

/** A result that the capture policy has let through. There is no other way to get one than {@link Capture.result}. */
export type CapturedResult = Result & { readonly [brand]: 'captured' };

/** What the brand claims at compile time is also known at run time: the very objects that capture made. */
const minted = new WeakSet<Result>();

/** Whether this very object came out of a {@link Capture}. A copy of it did not. */
export function isCaptured(result: Result): result is CapturedResult {
  return minted.has(result);
}

/**
 * For the last step before bytes leave: refuses what the type system was talked out of.
 *
 * @throws {NotCapturedError} when this object did not come out of a {@link Capture}.
 */
export function assertCaptured(result: Result): asserts result is CapturedResult {
  if (!isCaptured(result)) {
    throw new NotCapturedError('A result was about to leave without passing the capture policy', {
      hint: 'This is a fault of agentv-opik; please report it.',
    });
  }
}

/** For `core/capture` alone: marks a result that the policy made or, in full mode, let through. */
export function mint(result: Result): CapturedResult {
  minted.add(result);
  assertCaptured(result);
  return result;
}
