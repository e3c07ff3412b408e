/**
 * What was delivered again, and why it had not been.
 *
 * @module
 */
import type { ReplayAction, ReplayItem, ReplayReport } from '../replay/report.ts';
import { count, PLAIN, plural, printable, type Style } from './text.ts';

export function renderReplay(report: ReplayReport, style: Style = PLAIN): string {
  const { items, more, by } = report;
  const noun = isLetters(by) ? 'dead letter' : 'bundle';
  if (items.length === 0)
    return `Nothing to replay: no ${isLetters(by) ? 'dead letters' : 'undelivered bundles'}\n`;
  const shown = items.map((item) => renderItem(item, style)).join('');
  return `${headline(report, noun, style)}\n${shown}${more === 0 ? '' : `  and ${count(more)} more\n`}`;
}

function isLetters(by: ReplayReport['by']): boolean {
  return by === 'move-task' || by === 'receive-and-send';
}

function headline({ dryRun, by, items, more }: ReplayReport, noun: string, style: Style): string {
  const how = HOW[by];
  if (dryRun) return `${style.yellow('Dry run:')} ${plural(items.length + more, noun)} would be ${how}`;
  const done = items.filter(({ action }) => action !== 'failed').length + (isLetters(by) ? more : 0);
  return `${style.green('Replayed:')} ${plural(done, noun)} ${how}`;
}

const HOW: Readonly<Record<ReplayReport['by'], string>> = {
  'move-task': 'moved back to the queue',
  'receive-and-send': 'sent back to the queue',
  queue: 'sent to the queue',
  ingestion: 'ingested',
};

const LABEL: Readonly<Record<ReplayAction, string>> = {
  moved: 'moved',
  sent: 'sent',
  delivered: 'delivered',
  partial: 'partly delivered',
  superseded: 'superseded by a newer bundle of its run',
  failed: 'failed',
  would_be_replayed: 'to do',
};

function renderItem(item: ReplayItem, style: Style): string {
  const { bundle, messageId, step, action, failure, problem, error, experimentUrl } = item;
  const name = printable(bundle ?? `message ${messageId ?? ''}`);
  const what = step === undefined || step === 'bundle' ? name : `${name} (${printable(step)})`;
  const label = action === 'failed' ? style.red(LABEL[action]) : LABEL[action];
  const because =
    failure === undefined
      ? undefined
      : `${failure.code} after ${plural(failure.attempts, 'try', 'tries')}: ${printable(failure.reason)}`;
  return [
    `  ${what}: ${label}\n`,
    ...lines('Why it failed before', because),
    ...lines('Cannot be read', problem === undefined ? undefined : printable(problem)),
    ...lines('Why', error === undefined ? undefined : printable(error.message)),
    ...lines('Open in Opik', experimentUrl === undefined ? undefined : style.cyan(printable(experimentUrl))),
  ].join('');
}

function lines(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`    ${key}: ${value}\n`];
}

export function replayJson({ dryRun, by, items, more }: ReplayReport): object {
  return {
    dry_run: dryRun,
    by: by.replaceAll('-', '_'),
    items: items.map(({ bundle, messageId, step, action, failure, problem, error, experimentUrl }) => ({
      ...(bundle === undefined ? {} : { bundle }),
      ...(messageId === undefined ? {} : { message_id: messageId }),
      ...(step === undefined ? {} : { step }),
      action,
      ...(failure === undefined ? {} : { failure }),
      ...(problem === undefined ? {} : { problem }),
      ...(error === undefined ? {} : { error }),
      ...(experimentUrl === undefined ? {} : { experiment_url: experimentUrl }),
    })),
    more,
  };
}
