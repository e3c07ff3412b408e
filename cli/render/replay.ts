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
  if (items.length === 0) return nothing(report);
  const shown = items.map((item) => renderItem(item, style)).join('');
  return `${headline(report, noun, style)}\n${shown}${more === 0 ? '' : `  and ${count(more)} more\n`}`;
}

function nothing({ by, held = 0 }: ReplayReport): string {
  if (held > 0)
    return `Nothing to replay now: somebody else is looking at ${plural(held, 'dead letter')}; try again in two minutes\n`;
  return `Nothing to replay: no ${isLetters(by) ? 'dead letters' : 'undelivered bundles'}\n`;
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
  const { bundle, messageId, step, action, failure, state, unknown, problem, error, experimentUrl } = item;
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
    ...lines('Now', state === undefined ? undefined : STATE[state]),
    ...lines('The store does not say why', unknown === undefined ? undefined : printable(unknown)),
    ...lines('Nothing to do for it', problem === undefined ? undefined : printable(problem)),
    ...lines('Why', error === undefined ? undefined : printable(error.message)),
    ...lines('Open in Opik', experimentUrl === undefined ? undefined : style.cyan(printable(experimentUrl))),
  ].join('');
}

const STATE: Readonly<Record<NonNullable<ReplayItem['state']>, string>> = {
  delivered: 'in Opik already: nothing will be sent',
  gone: 'the bundle is not in the store any more: it will fail again until the run is uploaded again',
};

function lines(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`    ${key}: ${value}\n`];
}

export function replayJson({ dryRun, by, items, more, held = 0 }: ReplayReport): object {
  return {
    dry_run: dryRun,
    by: by.replaceAll('-', '_'),
    items: items.map(itemJson),
    more,
    ...(held === 0 ? {} : { held }),
  };
}

/** What is undefined is left out by JSON itself. */
function itemJson({ messageId: message_id, experimentUrl: experiment_url, ...item }: ReplayItem): object {
  return { ...item, message_id, experiment_url };
}
