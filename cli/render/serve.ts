/**
 * What a server says, a line for each event.
 *
 * @module
 */
import type { ServeEvent } from '../serve/events.ts';
import { count, plural, printable } from './text.ts';

/** One line, or none for what only a program wants to know. Ids, codes and counts alone. */
export function renderServeEvent(event: ServeEvent, at: Date): string | undefined {
  const text = textOf(event);
  return text === undefined ? undefined : `${at.toISOString().slice(0, 19)}Z ${text}\n`;
}

/** One JSON object a line. */
export function serveEventJson(event: ServeEvent, at: Date): string {
  return `${JSON.stringify({ at: at.toISOString(), ...event })}\n`;
}

function textOf(event: ServeEvent): string | undefined {
  switch (event.event) {
    case 'serving': {
      const doors = event.webhooks ? 'webhooks on' : 'webhooks off: no AGENTV_OPIK_WEBHOOK_SECRET';
      return `Serving ${event.url} for ${printable(event.store)} (${doors}; looking into the store every ${event.poll_s} s)`;
    }
    case 'found':
      return foundText(event.bundles, event.given_up);
    case 'delivered': {
      const rejected = event.rejected === 0 ? '' : `, ${count(event.rejected)} rejected`;
      const what = event.status === 'delivered' ? 'Delivered' : 'Partly delivered';
      return `${what} ${printable(event.bundle)} (${plural(event.results, 'result')}${rejected}): ${printable(event.experiment_url)}`;
    }
    case 'unchanged':
      return `Already delivered ${printable(event.bundle)}`;
    case 'superseded':
      return `Superseded ${printable(event.bundle)} by ${printable(event.by)}`;
    case 'retrying': {
      const seconds = Math.max(1, Math.round(event.delay_ms / 1000));
      return `Failed ${printable(event.bundle)} (${event.step}): ${event.code}; trying again in ${seconds} s (${event.attempt + 1} of ${event.attempts})`;
    }
    case 'gave_up':
      return `Gave up ${printable(event.bundle)} (${event.step}): ${event.code}; agentv-opik status says why${event.hint === undefined ? '' : `. ${printable(event.hint)}`}`;
    case 'interrupted':
      return `Interrupted ${printable(event.bundle)} (${event.step}); the next start goes on`;
    case 'store_failed':
      return `The store cannot be listed: ${[event.reason ?? event.code, event.hint ?? ''].map(printable).join(' ').trimEnd()}`;
    case 'receipt_not_written':
      return `The failure of ${printable(event.bundle)} cannot be written into the store: ${event.code}`;
    case 'stopping':
      return event.running === 0 ? 'Stopping' : `Stopping when ${plural(event.running, 'step')} ended`;
    case 'accepted':
      return undefined;
    case 'refused':
    case 'failed':
      return `${event.event === 'refused' ? 'Refused' : 'Failed'} ${event.route}: ${event.status} ${event.code ?? ''}`.trimEnd();
  }
}

function foundText(bundles: number, givenUp: number): string {
  const left =
    givenUp === 0 ? '' : `; ${plural(givenUp, 'bundle')} failed for good: agentv-opik replay --since 30d`;
  return `Found ${plural(bundles, 'bundle')} to deliver${left}`;
}

export interface Stopped {
  readonly delivered: number;
  readonly gaveUp: number;
  readonly handedBack: number;
}

export function renderStopped({ delivered, gaveUp, handedBack }: Stopped): string {
  const left = handedBack === 0 ? '' : `; ${plural(handedBack, 'step')} left to the next start`;
  return `Stopped: ${plural(delivered, 'bundle')} delivered, ${count(gaveUp)} given up${left}\n`;
}

export function stoppedJson({ delivered, gaveUp, handedBack }: Stopped): object {
  return { status: 'stopped', delivered, gave_up: gaveUp, handed_back: handedBack };
}
