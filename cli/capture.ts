/**
 * @module
 */
import { type CaptureMode, createCapture } from '../core/capture/index.ts';
import type { CliContext } from './context.ts';

/** Both sides': text leaves only when somebody said so. */
export const DEFAULT_CAPTURE: CaptureMode = 'metadata-only';

/** The deployment's key of redaction tags. A secret, so from the environment alone. */
export function redactionKey({ env }: CliContext): Uint8Array | undefined {
  const key = env.AGENTV_OPIK_REDACTION_KEY;
  return key === undefined || key === '' ? undefined : new TextEncoder().encode(key);
}

/** Cleans names and words from outside a run, whatever the capture mode: branches, job names, a server's explanations. */
export function redactorFor(context: CliContext): (text: string) => string {
  const capture = createCapture({
    mode: 'redacted',
    hmacKey: redactionKey(context),
    homeDirs: [context.home],
  });
  return (text) => capture.name(text);
}
