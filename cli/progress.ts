/**
 * @module
 */
import type { CliContext } from './context.ts';
import { eraseBar, type ProgressState, renderBar, renderProgressLine } from './render/progress.ts';

export interface Progress {
  show(state: ProgressState): void;
  /** Leaves the line free for other text. */
  clear(): void;
}

const BAR_EVERY_MS = 80;
const LINE_EVERY_MS = 10_000;

/** A bar on a terminal; in a log a line every ten seconds, so that short work says nothing. */
export function createProgress(context: CliContext, quiet: boolean): Progress {
  if (quiet) return { show: () => undefined, clear: () => undefined };
  const isTerminal = context.stderr.isTTY && (context.env.CI ?? '') === '' && context.env.TERM !== 'dumb';
  return isTerminal ? barOn(context) : linesOn(context);
}

function barOn({ stderr, now }: CliContext): Progress {
  let shown = false;
  let at = 0;
  return {
    show(state) {
      const time = now().getTime();
      if (shown && time - at < BAR_EVERY_MS && state.done < state.total) return;
      shown = true;
      at = time;
      stderr.write(renderBar(state, stderr.columns));
    },
    clear() {
      if (shown) stderr.write(eraseBar());
      shown = false;
    },
  };
}

function linesOn({ stderr, now }: CliContext): Progress {
  let at = now().getTime();
  return {
    show(state) {
      const time = now().getTime();
      if (time - at < LINE_EVERY_MS) return;
      at = time;
      stderr.write(renderProgressLine(state));
    },
    clear: () => undefined,
  };
}
