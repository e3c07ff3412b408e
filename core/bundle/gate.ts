/**
 * @module
 */
import type { Gate } from './manifest.ts';

/**
 * The run's verdict as far as it is known.
 *
 * AgentV's exit code is the verdict where CI gave it. Without it nothing can be: neither the threshold nor the code is in
 * a run's files. What the rows say is then recorded and marked as derived.
 *
 * @see AgentV `eval run`: exit 0 passed, 1 below the threshold or over budget, 2 all rows were execution errors
 */
export function gateOf(rows: Gate['rows'], exitCode: number | undefined): Gate {
  if (exitCode !== undefined) {
    return { status: statusOfExit(exitCode), exit_code: exitCode, derived: false, rows };
  }
  return { status: statusOfRows(rows), derived: true, rows };
}

function statusOfExit(exitCode: number): Gate['status'] {
  switch (exitCode) {
    case 0:
      return 'passed';
    case 1:
      return 'failed';
    case 2:
      return 'errored';
    default:
      return 'unknown';
  }
}

function statusOfRows({ passed, failed, errored }: Gate['rows']): Gate['status'] {
  if (failed > 0) return 'failed';
  if (errored > 0) return 'errored';
  return passed > 0 ? 'passed' : 'unknown';
}
