import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPersonal } from '../../../core/capture/claims.ts';
import { createCapture, isCaptured, type OwnRules } from '../../../core/capture/index.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { findRun, openRun, type Result } from '../../../core/run/index.ts';
import { KEY, readExample, sampleResult } from './support.ts';

const RULES = builtInRules();

const RUNS = join(import.meta.dirname, '../../fixtures/agentv-runs');
const DIRS = [
  ...new Set(
    readdirSync(RUNS, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('index.jsonl'))
      .map((path) => dirname(path).replace(/[\\/]\.internal$/, '')),
  ),
].sort();

async function resultsOf(dir: string): Promise<Result[]> {
  const run = await openRun(await findRun({ run: join(RUNS, dir), cwd: RUNS }), {
    source: 'github.com/acme/shop',
    allowIncomplete: true,
  });
  const results: Result[] = [];
  for await (const result of run.results()) results.push(result);
  return results;
}

const ENV_VALUE = 'shop"value\\42';
const OWN: OwnRules = {
  finders: [
    { rules: ['env-shop'], isExact: true, find: (text) => occurrences(text, ENV_VALUE, 'env-shop') },
    { rules: ['own-string'], isExact: true, find: (text) => occurrences(text, 'content', 'own-string') },
    {
      rules: ['digits'],
      find: (text) =>
        [...text.matchAll(/\d+/g)].map(({ 0: n, index }) => ({
          start: index,
          end: index + n.length,
          rule: 'digits',
        })),
    },
  ],
  keyNames: [],
  allows: (secret) => secret === 'AKIAIOSFODNN7EXAMPLE',
  disabled: [],
};

function occurrences(text: string, searched: string, rule: string) {
  return [...text.matchAll(new RegExp(searched.replace(/[\\"]/g, '\\$&'), 'g'))].map(({ index }) => ({
    start: index,
    end: index + searched.length,
    rule,
  }));
}

describe('the last check', () => {
  const capture = createCapture({ mode: 'redacted', hmacKey: KEY });
  const TOKENS = RULES.flatMap((rule) =>
    rule.tag === undefined && !isPersonal(rule)
      ? rule.examples.match.map((marked) => ({ id: rule.id, ...readExample(marked) }))
      : [],
  );

  it.each(DIRS)('says clean of every captured result of %s, in every mode', async (dir) => {
    for (const source of await resultsOf(dir)) {
      for (const mode of ['metadata-only', 'redacted', 'full'] as const) {
        for (const own of [undefined, OWN]) {
          const each = createCapture({ mode, hmacKey: KEY, own });
          const text = JSON.stringify(each.result(source).result);
          expect(each.lastCheck(text)).toBe('clean');
          expect(each.lastCheck(JSON.stringify({ body: text }))).toBe('clean');
        }
      }
    }
  });

  it('says clean of whatever redaction let through', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        '-----BEGIN PRIVATE KEY-----',
        '-----END PRIVATE KEY-----',
        '"',
        '\\',
        '\\n',
        '\n',
        'sk-',
        'AKIA',
      ),
      fc.constantFrom(...RULES.flatMap((rule) => rule.examples.noMatch)),
      fc.constantFrom(
        ...RULES.flatMap((rule) => rule.examples.match.map((marked) => readExample(marked).text)),
      ),
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 8 }), text),
        (list, dictionary) => {
          const { result } = capture.result(
            sampleResult({ content: { expected_output: list, metadata: dictionary, output: list[0] } }),
          );
          expect(capture.lastCheck(JSON.stringify(result))).toBe('clean');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('says leak of every shape of a secret that is still there', () => {
    const full = createCapture({ mode: 'full' });
    const missed = TOKENS.filter(({ text, secrets }) => {
      const line = JSON.stringify(sampleResult({ content: { output: `x ${text} y` } }));
      expect(full.lastCheck(line)).toBe('clean');
      // Line ends within a token are escaped in JSON.
      return !secrets.some((secret) => secret.includes('\n')) && capture.lastCheck(line) === 'clean';
    });
    expect(missed.map(({ id }) => id)).toEqual([]);
  });

  it('knows the values of the environment, escaped too, and what is allowed, and leaves our own words alone', () => {
    const own = createCapture({ mode: 'redacted', hmacKey: KEY, own: OWN });
    expect(own.lastCheck(JSON.stringify({ a: `x ${ENV_VALUE} y` }))).toBe('leak');
    expect(own.lastCheck(ENV_VALUE)).toBe('leak');
    expect(own.lastCheck(JSON.stringify({ content: 'AKIAIOSFODNN7EXAMPLE 12345' }))).toBe('clean');
    expect(own.lastCheck(JSON.stringify({ a: 'the content of a file' }))).toBe('leak');
  });

  it('does not join two strings to a key block', () => {
    const apart = { a: '-----BEGIN PRIVATE KEY----- is how', b: 'and -----END PRIVATE KEY----- so' };
    expect(capture.lastCheck(JSON.stringify(apart))).toBe('clean');
  });

  it('counts what cannot be looked at as a leak', () => {
    const faulty = { ...OWN, finders: [{ rules: ['x'], isExact: true, find: () => expect.unreachable() }] };
    expect(createCapture({ mode: 'redacted', own: faulty }).lastCheck('{}')).toBe('leak');
  });

  it('leads to a result without content, which is counted', () => {
    const before = capture.counts.fell_back;
    const { result, ...rest } = capture.metadataOnly(sampleResult());
    expect(rest).toEqual({ outcome: 'fell-back', reason: 'leak-found' });
    expect(result).toEqual(
      createCapture({ mode: 'metadata-only', hmacKey: KEY }).result(sampleResult()).result,
    );
    expect(isCaptured(result)).toBe(true);
    expect(capture.counts.fell_back).toBe(before + 1);
    expect(capture.counts.fell_back_by['leak-found']).toBe(1);
  });
});
