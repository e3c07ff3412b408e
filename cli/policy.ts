/**
 * What a delivery that fails does to the exit code.
 *
 * @module
 */
import type { Policy } from '../core/config/schema.ts';
import { PartlyDeliveredError, WaitTimeoutError } from './errors.ts';
import { EXIT, isUsage, problemOf, stackOf } from './exit.ts';
import { reportToActions } from './github.ts';
import { bestEffortWarning } from './render/messages.ts';
import { renderSkipped, skippedJson } from './render/skipped.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';

/**
 * Delivers under the policy.
 *
 * Guarantees: `disabled` tries nothing; `best-effort` makes of any failed delivery one warning and exit code 0; `required`
 * exits 3; mistakes of the person and interruptions are no deliveries and pass through.
 *
 * @param what - as a noun for the person: `Upload`
 */
export async function underPolicy(
  session: Session,
  settings: LoadedSettings,
  what: string,
  deliver: () => Promise<void>,
): Promise<number> {
  const policy: Policy = settings.values.policy ?? 'best-effort';
  if (policy === 'disabled') {
    session.output.result(() => renderSkipped(what), skippedJson());
    await reportToActions(session, { status: 'skipped' }, { headline: `${what} skipped`, rows: [] });
    return EXIT.done;
  }
  try {
    await deliver();
    return EXIT.done;
  } catch (error) {
    if (session.context.signal.aborted || isUsage(error)) throw error;
    return failed(session, policy, what, error);
  }
}

async function failed(session: Session, policy: Policy, what: string, error: unknown): Promise<number> {
  const { output } = session;
  const problem = problemOf(error);
  if (policy === 'required') output.fail(problem);
  else {
    output.warn(...bestEffortWarning(what, problem));
    output.problemJson(problem);
  }
  output.detail(stackOf(error));
  // What arrived has been reported already.
  if (error instanceof PartlyDeliveredError) return exitCodeUnder(policy);
  const status = error instanceof WaitTimeoutError ? 'waiting' : 'failed';
  await reportToActions(session, { status }, { headline: `${what} failed`, rows: [], problem });
  return exitCodeUnder(policy);
}

function exitCodeUnder(policy: Policy): number {
  return policy === 'required' ? EXIT.notDelivered : EXIT.done;
}
