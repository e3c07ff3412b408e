/**
 * @module
 */

/** From strictest to loosest; the order is the comparison. */
export const CAPTURE_MODES = ['metadata-only', 'redacted', 'full'] as const;
export type CaptureMode = (typeof CAPTURE_MODES)[number];

/** The mode both sides agreed to: the stricter of the two, so that `full` needs both to say so. */
export function stricterMode(a: CaptureMode, b: CaptureMode): CaptureMode {
  return CAPTURE_MODES.indexOf(a) <= CAPTURE_MODES.indexOf(b) ? a : b;
}
