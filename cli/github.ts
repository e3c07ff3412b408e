/**
 * Step summary and outputs of a GitHub Actions job.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import { renderOutputs, renderStepSummary, type StepSummary } from './render/github.ts';
import type { Session } from './session.ts';

/** Names are the action's outputs. */
export interface ActionOutputs {
  readonly status: string;
  readonly bundle?: string;
  readonly digest?: string;
  readonly experiment_url?: string;
}

/** Writes both where the job asked for them; a job whose files cannot be written is warned, not failed. */
export async function reportToActions(
  { context, output }: Session,
  outputs: ActionOutputs,
  summary: StepSummary,
): Promise<void> {
  if (context.env.GITHUB_ACTIONS !== 'true') return;
  const { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile } = context.env;
  try {
    if (outputFile !== undefined && outputFile !== '') {
      await appendFile(outputFile, renderOutputs({ ...outputs }, `agentv-opik-${randomUUID()}`));
    }
    if (summaryFile !== undefined && summaryFile !== '') {
      await appendFile(summaryFile, renderStepSummary(summary));
    }
  } catch (error) {
    output.warn(`The step summary or outputs could not be written: ${messageOf(error)}`);
  }
}
