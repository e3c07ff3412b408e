/**
 * @module
 */
import type { Result } from '../run/result.ts';
import type { Capture, FallbackReason } from './capture.ts';
import type { CapturedResult } from './captured.ts';
import { LeakFoundError } from './errors.ts';

/** What is made of a result, and how it looks when it leaves. */
export interface Outgoing<Made> {
  readonly made: Made;
  readonly serialised: string;
}

export interface CheckedResult<Made> extends Outgoing<Made> {
  readonly result: CapturedResult;
  /** Why the result went metadata-only, if it did. */
  readonly fellBack?: FallbackReason;
}

/**
 * Captures a result and looks once more at what is made of it.
 *
 * Guarantees: what comes back passed {@link Capture.lastCheck}; a result that did not is made anew without its content.
 *
 * @throws LeakFoundError when not even that passes
 */
export function captureChecked<Made>(
  capture: Capture,
  source: Result,
  make: (result: CapturedResult) => Outgoing<Made>,
): CheckedResult<Made> {
  const captured = capture.result(source);
  const outgoing = make(captured.result);
  if (capture.lastCheck(outgoing.serialised) === 'clean') {
    return {
      ...outgoing,
      result: captured.result,
      ...(captured.outcome === 'fell-back' ? { fellBack: captured.reason } : {}),
    };
  }
  const { result } = capture.metadataOnly(source);
  const bare = make(result);
  refuseLeak(capture, bare.serialised, 'a result without its content');
  return { ...bare, result, fellBack: 'leak-found' };
}

/**
 * @param what - for the message; never content
 * @throws LeakFoundError
 */
export function refuseLeak(capture: Capture, serialised: string, what: string): void {
  if (capture.lastCheck(serialised) === 'clean') return;
  throw new LeakFoundError(`The last check found a secret in ${what}: nothing of it has left`, {
    hint:
      'A name, id or setting holds it, or this is a fault of agentv-opik. `agentv-opik redact` shows what the rules find; ' +
      'please report it without the secret.',
  });
}
