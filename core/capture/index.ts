/**
 * What may leave the machine. Everything else in this folder is its inside.
 *
 * @module
 */
export {
  type Capture,
  type CaptureOutcome,
  type CaptureSettings,
  createCapture,
  type DropReason,
  type FallbackReason,
  type LastCheck,
  recapture,
} from './capture.ts';
export { assertCaptured, type CapturedResult, isCaptured } from './captured.ts';
export { type CheckedResult, captureChecked, type Outgoing, refuseLeak } from './checked.ts';
export { InvalidRuleError, LeakFoundError, NotCapturedError } from './errors.ts';
export type { Finder, Finding, OwnRules } from './finder.ts';
export { CAPTURE_MODES, type CaptureMode, stricterMode } from './mode.ts';
export type { Rule } from './rules/rule.ts';
export type { RedactionCounts } from './tally.ts';
