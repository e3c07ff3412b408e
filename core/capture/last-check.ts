/**
 * The last look at what leaves: a request body or a bundle line, serialised, after everything has been redacted.
 *
 * It runs what knows a secret by itself (shapes of tokens, values of the environment, the team's exact strings), and
 * nothing that goes by context or by pattern: those have seen every string where it stood, and would here see our own
 * ids, times and field names as well. It is there to find faults of this program, so a hit must mean one.
 *
 * @module
 */
import type { Claim } from './claims.ts';
import { createDeadline } from './deadline.ts';
import type { Finder } from './finder.ts';
import type { Match } from './overlaps.ts';
import { compileSearch, type Search } from './search.ts';

export interface LastCheckSettings {
  readonly claims: readonly Claim[];
  readonly finders: readonly Finder[];
  readonly allows: (secret: string) => boolean;
  readonly mask: (text: string) => string;
  readonly clock: () => number;
  readonly budgetMs: number;
}

/** Words and codes of schemas, times, digests: a string of the team's that is part of one is no leak. */
const OURS =
  /^"(?:[a-z_]{1,64}|\d{4}-\d{2}-\d{2}T[\d:.]{5,15}Z|[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"$/;
/** A quote that ends a JSON string: what spans one is made of two strings. */
const STRING_END = /(?<!\\)(?:\\\\)*"/;

/** Whether something is in it that should not be; what cannot be looked at counts as a leak. */
export function compileLastCheck(settings: LastCheckSettings): (serialised: string) => boolean {
  const { claims, allows, mask, clock, budgetMs } = settings;
  const exact = settings.finders.filter((finder) => finder.isExact === true);
  let search: Search | undefined;

  function hasShape(text: string): boolean {
    search ??= compileSearch(claims, ({ kind, tag }) => kind === 'secret' && tag === undefined);
    const matches: Match[] = [];
    const deadline = createDeadline(clock, budgetMs);
    search(text, deadline, matches);
    deadline.check();
    return matches.some(({ secret }) => !STRING_END.test(secret) && !allows(secret));
  }

  function hasExact(text: string): boolean {
    return exact.some((finder) => {
      for (const { start, end } of finder.find(text)) if (!isOurs(text, start, end)) return true;
      return false;
    });
  }

  return (serialised) => {
    try {
      const text = mask(serialised);
      if (hasShape(text)) return true;
      if (exact.length === 0) return false;
      return hasExact(text) || (text.includes('\\') && hasExact(unescapedJson(text)));
    } catch {
      // Fails closed: whoever calls sends the result without its content.
      return true;
    }
  };
}

/** Whether the whole JSON string around the span is one of {@link OURS}. */
function isOurs(text: string, start: number, end: number): boolean {
  const from = text.lastIndexOf('"', start);
  const to = text.indexOf('"', end);
  // In JSON within JSON the quote that ends it is escaped.
  return from >= 0 && to - from < 80 && OURS.test(`${text.slice(from, to).replace(/\\+$/, '')}"`);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescapedJson(text: string): string {
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|(.))/gs,
    (_, code: string | undefined, char: string | undefined) =>
      code === undefined
        ? (SHORT_ESCAPES[char ?? ''] ?? char ?? '')
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
