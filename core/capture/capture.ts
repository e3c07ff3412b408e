/**
 * The one choke point: whatever leaves the machine went through a {@link Capture}.
 *
 * @module
 */
import type { Result, TestCase } from '../run/result.ts';
import { type CapturedResult, mint } from './captured.ts';
import { createEngine, type Engine } from './engine.ts';
import { RedactionBudgetError } from './errors.ts';
import { buildResult, buildTestCase, NO_CONTENT, SAME_CONTENT } from './facts.ts';
import { decodeText, kindOf, type RedactYaml, redactFileText } from './files.ts';
import type { OwnRules } from './finder.ts';
import { type CaptureMode, stricterMode } from './mode.ts';
import { createNameGuard, type NameGuard } from './names.ts';
import { configuredPathRules } from './rules/host-paths.ts';
import { builtInRules } from './rules/index.ts';
import type { Rule } from './rules/rule.ts';
import { createTagger } from './tag.ts';
import { createTally, type RedactionCounts } from './tally.ts';
import { type Rebuild, redactWhole } from './whole.ts';

export interface CaptureSettings {
  readonly mode: CaptureMode;
  /**
   * Key of the tags' hashes, one per deployment: within it the same secret has the same tag. Without a key every hash is
   * `00000000`: safe, for there is nothing to guess a password from, and stable, but tags no longer tell secrets apart.
   */
  readonly hmacKey?: Uint8Array | undefined;
  /** Host paths known to be the workspace, absolute; they become `<workspace>`. */
  readonly workspaceDirs?: readonly string[] | undefined;
  /** Host paths known to be somebody's home, absolute; they become `~`. The usual ones are known anyway. */
  readonly homeDirs?: readonly string[] | undefined;
  /** Milliseconds that redacting one string may take; default 5,000. */
  readonly budgetMsPerString?: number | undefined;
  /** Milliseconds from any origin; default `performance.now`. */
  readonly clock?: (() => number) | undefined;
  /**
   * `redactYaml` of `core/capture/yaml.ts`, where a run's files are captured. It comes from outside because its parser
   * takes longer to load than everything else here. Without it YAML is redacted as text: nothing leaks, but a tag may
   * stand where YAML would have it in quotes.
   */
  readonly yaml?: RedactYaml | undefined;
  /** The team's own rules, beside the built-in ones. */
  readonly own?: OwnRules | undefined;
  /** Instead of the built-in rules: for tests. */
  readonly rules?: readonly Rule[] | undefined;
}

/**
 * Why a result goes without its content: a string took too long, the redactor itself failed, or the last check found
 * what the redactor had left.
 */
export type FallbackReason = 'over-budget' | 'redactor-failed' | 'leak-found';

export type CaptureOutcome =
  | { readonly result: CapturedResult; readonly outcome: 'as-asked' }
  | { readonly result: CapturedResult; readonly outcome: 'fell-back'; readonly reason: FallbackReason };

export type LastCheck = 'clean' | 'leak';

/** Why a file does not leave. */
export type DropReason = 'metadata-only' | 'binary' | FallbackReason;

export interface Capture {
  readonly mode: CaptureMode;
  /**
   * The result as this mode lets it leave. Never throws because of content: when redaction fails, the result goes
   * metadata-only, `outcome` says so, and it is counted. The argument is never changed; in full mode it is handed back.
   */
  result(result: Result): CaptureOutcome;
  /**
   * The result without its content, because {@link Capture.lastCheck} found a leak in it; counted as `leak-found`. In
   * every mode.
   */
  metadataOnly(result: Result): CaptureOutcome;
  /**
   * The last look at a serialised text (a request body, a bundle line) that has been captured before: runs the shapes of
   * secrets, the values of the environment and the team's exact strings once more. A `leak` is a fault of this program;
   * what holds it must not leave. Never throws; what cannot be looked at is a `leak`. In full mode all is `clean`.
   */
  lastCheck(serialised: string): LastCheck;
  /** A test as this mode lets it leave; metadata-only when redaction fails. Its results are counted, not it. */
  testCase(testCase: TestCase): TestCase;
  /** A text file of the run, `path` telling its kind. Metadata-only lets none leave. */
  text(path: string, text: string): { readonly text: string } | { readonly dropped: DropReason };
  /** A file of the run, `path` telling its kind. Full mode hands back the very bytes; redacted mode drops binary files. */
  file(path: string, bytes: Uint8Array): { readonly bytes: Uint8Array } | { readonly dropped: DropReason };
  /**
   * A name, id or path from outside a result (branch, run id, file name). The same name always gives the same. As is in
   * full mode; otherwise free of control characters, at most 512 long, with everything that a rule finds replaced.
   */
  name(text: string): string;
  /** What has been replaced so far. A copy. */
  readonly counts: RedactionCounts;
}

const DEFAULT_BUDGET_MS = 5_000;

/**
 * Makes the capture policy of one upload or one ingestion.
 *
 * Guarantees:
 * - metadata-only: the result is built anew from an allowlist; `content` is not read;
 * - redacted: the same, plus content with secrets, personal data and host paths replaced; applying it again changes
 *   nothing;
 * - full: nothing is changed;
 * - names pass the rules in every mode but full.
 *
 * @throws {InvalidRuleError} for faulty `rules`.
 * @example
 * ```ts
 * const capture = createCapture({ mode: 'redacted', hmacKey });
 * const { result, outcome } = capture.result(row); // result: CapturedResult
 * ```
 */
export function createCapture(settings: CaptureSettings): Capture {
  const { mode } = settings;
  const engine = engineFor(settings);
  const tally = createTally();
  const guardName = createNameGuard(engine, tally);

  function redacted(source: Result): CaptureOutcome {
    // Counted apart: of an attempt that failed nothing leaves, so nothing of it was replaced.
    const attempt = createTally();
    try {
      const redacted = redactWhole(engine, source, rebuildResult, attempt);
      const built = buildResult(redacted, createNameGuard(engine, attempt), SAME_CONTENT);
      tally.merge(attempt.counts());
      return { result: mint(built), outcome: 'as-asked' };
    } catch (error) {
      return fallBack(source, fallbackReason(error));
    }
  }

  function redactedTestCase(source: TestCase): TestCase {
    const uncounted = createTally();
    try {
      const redacted = redactWhole(engine, source, rebuildTestCase, uncounted);
      return buildTestCase(redacted, createNameGuard(engine, uncounted), SAME_CONTENT);
    } catch {
      return buildTestCase(source, guardName, NO_CONTENT);
    }
  }

  function fallBack(source: Result, reason: FallbackReason): CaptureOutcome {
    tally.fellBack(reason);
    return { result: metadataOnly(source), outcome: 'fell-back', reason };
  }

  function metadataOnly(source: Result): CapturedResult {
    return mint(buildResult(source, guardName, NO_CONTENT));
  }

  function redactedText(path: string, text: string): { text: string } | { dropped: DropReason } {
    const kind = kindOf(path);
    // Of a text that fails nothing leaves, so nothing of it was replaced.
    const replaced: string[] = [];
    const onRedacted = (rules: readonly string[]) => {
      for (const rule of rules) replaced.push(rule);
    };
    try {
      const out = redactFileText(engine, kind, text, onRedacted, settings.yaml);
      tally.add(`artifacts/*.${kind}`, replaced);
      return { text: out };
    } catch (error) {
      const reason = fallbackReason(error);
      tally.fellBack(reason);
      return { dropped: reason };
    }
  }

  return {
    mode,
    result(source) {
      if (mode === 'full') return { result: mint(source), outcome: 'as-asked' };
      if (mode === 'redacted') return redacted(source);
      return { result: metadataOnly(source), outcome: 'as-asked' };
    },
    metadataOnly: (source) => fallBack(source, 'leak-found'),
    lastCheck: (serialised) => (mode !== 'full' && engine.leaks(serialised) ? 'leak' : 'clean'),
    testCase(source) {
      if (mode === 'full') return source;
      if (mode === 'redacted') return redactedTestCase(source);
      return buildTestCase(source, guardName, NO_CONTENT);
    },
    text(path, text) {
      if (mode === 'full') return { text };
      if (mode === 'redacted') return redactedText(path, text);
      return { dropped: 'metadata-only' };
    },
    file(path, bytes) {
      if (mode === 'full') return { bytes };
      if (mode === 'metadata-only') return { dropped: 'metadata-only' };
      const text = decodeText(bytes);
      if (text === undefined) return { dropped: 'binary' };
      const out = redactedText(path, text);
      return 'text' in out ? { bytes: new TextEncoder().encode(out.text) } : out;
    },
    name: (text) => (mode === 'full' ? text : guardName(text, 'name')),
    get counts() {
      return tally.counts();
    },
  };
}

/**
 * The capture policy of an ingestion: the settings here, but never looser than the mode at upload.
 *
 * @example
 * ```ts
 * const capture = recapture({ mode: config.capture, hmacKey }, manifest.capture.mode);
 * ```
 */
export function recapture(settings: CaptureSettings, modeAtUpload: CaptureMode): Capture {
  return createCapture({ ...settings, mode: stricterMode(modeAtUpload, settings.mode) });
}

function engineFor(settings: CaptureSettings): Engine {
  return createEngine({
    rules: [
      ...(settings.rules ?? builtInRules()),
      ...configuredPathRules(settings.workspaceDirs ?? [], settings.homeDirs ?? []),
    ],
    own: settings.own,
    tagger: createTagger(settings.hmacKey),
    budgetMs: settings.budgetMsPerString ?? DEFAULT_BUDGET_MS,
    clock: settings.clock ?? (() => performance.now()),
  });
}

const sameName: NameGuard = (name) => name;
const rebuildResult: Rebuild<Result> = (source, policy) => buildResult(source, sameName, policy);
const rebuildTestCase: Rebuild<TestCase> = (source, policy) => buildTestCase(source, sameName, policy);

function fallbackReason(error: unknown): FallbackReason {
  return error instanceof RedactionBudgetError ? 'over-budget' : 'redactor-failed';
}
