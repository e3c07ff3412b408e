/**
 * @module
 */
import type { CliContext } from './context.ts';
import { createProgress, type Progress } from './progress.ts';
import { renderAnnotation } from './render/github.ts';
import {
  type Problem,
  renderError,
  renderErrorJson,
  renderJson,
  renderTip,
  renderWarning,
} from './render/messages.ts';
import { COLOURED, PLAIN, type Style } from './render/text.ts';

export interface OutputFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/**
 * What a command says.
 *
 * Guarantees: under `--json` standard output holds exactly one JSON object, whatever happens; warnings, errors and progress
 * go to standard error; in GitHub Actions warnings and errors are annotations.
 */
export class Output {
  readonly flags: OutputFlags;
  readonly #context: CliContext;
  readonly #out: Style;
  readonly #err: Style;
  readonly #progress: Progress;
  #hasResult = false;

  constructor(context: CliContext, flags: OutputFlags) {
    this.flags = flags;
    this.#context = context;
    this.#out = styleFor(context, context.stdout.isTTY);
    this.#err = styleFor(context, context.stderr.isTTY);
    this.#progress = createProgress(context, flags.quiet);
  }

  /** The result: text for people or the object for programs, never both. */
  result(text: (style: Style) => string, json: object): void {
    this.#hasResult = true;
    this.#progress.clear();
    this.#context.stdout.write(this.flags.json ? renderJson(json) : text(this.#out));
  }

  /** A piece of a result that is too large to hold; all pieces together are one JSON document. */
  raw(text: string): void {
    this.#hasResult = true;
    this.#progress.clear();
    this.#context.stdout.write(text);
  }

  /** Waits until a slow reader of standard output has caught up. */
  async drained(): Promise<void> {
    await this.#context.stdout.drained?.();
  }

  /** Beside the result; left out for programs and under `--quiet`. */
  tip(text: string): void {
    if (this.flags.json || this.flags.quiet) return;
    this.#context.stdout.write(renderTip(text, this.#out));
  }

  /** Shown to people even where standard output is for a program. */
  note(text: string): void {
    this.#progress.clear();
    if (!this.flags.quiet) this.#context.stderr.write(text);
  }

  warn(message: string, hint?: string): void {
    this.#progress.clear();
    this.#context.stderr.write(
      this.#inActions ? renderAnnotation('warning', message, hint) : renderWarning(message, hint, this.#err),
    );
  }

  /** A failure that ends the command, on both streams as each reader expects it. */
  fail(problem: Problem): void {
    this.#progress.clear();
    this.#context.stderr.write(
      this.#inActions
        ? renderAnnotation('error', problem.message, problem.hint)
        : renderError(problem, this.#err),
    );
    this.problemJson(problem);
  }

  /** The problem for programs, unless they have a result already. */
  problemJson(problem: Problem): void {
    if (this.flags.json && !this.#hasResult) this.#context.stdout.write(renderErrorJson(problem));
  }

  /** Somebody asked to stop: no failure, but no result either. */
  interrupted(problem: Problem, text: string): void {
    this.#progress.clear();
    this.#context.stderr.write(text);
    this.problemJson(problem);
  }

  /** The stack and what lies beneath it: only when asked for. */
  detail(text: string): void {
    if (this.flags.verbose || (this.#context.env.DEBUG ?? '') !== '') this.#context.stderr.write(text);
  }

  progress(label: string, done: number, total: number): void {
    this.#progress.show({ label, done, total });
  }

  endProgress(): void {
    this.#progress.clear();
  }

  get #inActions(): boolean {
    return this.#context.env.GITHUB_ACTIONS === 'true';
  }
}

/** @see https://no-color.org and Node's own rule: FORCE_COLOR wins over NO_COLOR */
function styleFor({ env }: CliContext, isTTY: boolean): Style {
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force === '0' || force === 'false' ? PLAIN : COLOURED;
  if ((env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return PLAIN;
  return isTTY ? COLOURED : PLAIN;
}
