/**
 * What has been found out in one result: a value that a name gave away in one place is a secret in every other.
 *
 * @module
 */
import { Buffer } from 'node:buffer';
import { FILLER } from './accept.ts';
import { entropyOf } from './rules/rule.ts';

/** A text to be removed wherever it stands. */
export interface Known {
  /** As it is searched for: the secret itself, or the secret as JSON, a URL or base64 writes it. */
  readonly text: string;
  readonly secret: string;
  /** The rule that found it. */
  readonly rule: string;
}

/** Learns secrets in one pass over a result, and tells them in the next. */
export interface Knowledge {
  /** Told of every secret that is replaced. */
  found(rule: string, secret: string): void;
  /** What is worth looking for elsewhere; longest first, in an order that does not depend on the order of finding. */
  known(): readonly Known[];
}

const SHORTEST = 8;
const LONGEST = 4096;
/** More secrets than any environment has variables. */
const MOST = 500;

export function createKnowledge(): Knowledge {
  const rules = new Map<string, string>();
  return {
    found(rule, secret) {
      const before = rules.get(secret);
      if (before !== undefined ? rule < before : isTelling(secret)) rules.set(secret, rule);
    },
    known() {
      const secrets = [...rules].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)).slice(0, MOST);
      return secrets.flatMap(([secret, rule]) => formsOf(secret).map((text) => ({ text, secret, rule })));
    },
  };
}

/** Whether the value is so peculiar that it means the secret wherever it stands, and no word, number, date or path. */
export function isTelling(value: string): boolean {
  if (value.length < SHORTEST || value.length > LONGEST || value.includes(FILLER)) return false;
  if (value.includes('[REDACTED:') || entropyOf(value) < 2.25) return false;
  if (/^[\d\s.:/TZ+-]+$/.test(value)) return /\d{12}/.test(value);
  if (/^[A-Za-z]+(?:[ _.-][A-Za-z]+)*$/.test(value)) {
    // Letters alone: words, unless the case changes as no word's does.
    return (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
  }
  return !/^(?:https?:\/\/|\.{0,2}\/|~\/)[\w./-]*$/.test(value);
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
      // Without the characters that what follows it in the encoded text would change.
      ...(secret.length >= 12 ? [base64.slice(0, Math.floor((secret.length * 4) / 3))] : []),
    ]),
  ];
}
