import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align } from '../../../../cli/redact/align.ts';
import { differences } from '../../../../cli/redact/compare.ts';
import { maskOf } from '../../../../cli/redact/mask.ts';

const TAG = '[REDACTED:jwt:00000000]';
const secretsIn = (before: string, after: string) =>
  align(before, after)?.map(({ start, end }) => before.slice(start, end));

describe('align', () => {
  it.each([
    ['nothing', 'nothing', []],
    ['a SECRET b', `a ${TAG} b`, ['SECRET']],
    ['SECRET', TAG, ['SECRET']],
    ['x=abc def; y=abc def', `x=${TAG}; y=${TAG}`, ['abc def', 'abc def']],
    [`old ${TAG} new S3 end`, `old ${TAG} new ${TAG} end`, ['S3']],
    ['~/a and /home/jane/b', '~/a and ~/b', ['/home/jane']],
    ['cd /work/shop/src', 'cd <workspace>/src', ['/work/shop']],
    // What stands between the tags is also in the first secret.
    ['"p" "q" x', `"${TAG} x`, ['p" "q"']],
    ['ababab-ab', `${TAG}-${TAG}`, ['ababab', 'ab']],
  ])('%j → %j', (before, after, secrets) => {
    expect(secretsIn(before, after)).toEqual(secrets);
  });

  it('says nothing of texts that differ otherwise', () => {
    expect(align('abc', 'abd')).toBeUndefined();
    expect(align('abc x', `${TAG} y`)).toBeUndefined();
  });

  it('finds an explanation whenever there is one', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(part, part), { maxLength: 6 }), part, (pairs, tail) => {
        const before = pairs.map(([kept, secret]) => kept + secret).join('') + tail;
        const after = pairs.map(([kept]) => kept + TAG).join('') + tail;
        const found = align(before, after) ?? [];
        expect(found).toHaveLength(pairs.length);
        let again = '';
        let from = 0;
        for (const { start, end, written } of found) {
          again += before.slice(from, start) + written;
          from = end;
        }
        expect(again + before.slice(from)).toBe(after);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});

describe('differences', () => {
  it('name the place by keys as they are after', () => {
    const before = { a: [{ 'b c': 'x S y' }], 'me@x.test': 1, card: 4111111111111111, gone: 'S' };
    const after = { a: [{ 'b c': `x ${TAG} y` }], [TAG]: 1, card: TAG };
    expect([...differences({ ...before, gone: undefined }, { ...after, gone: undefined }, '$')]).toEqual([
      { path: '$.a[0]["b c"]', written: TAG, secret: 'S', start: 2 },
      { path: `$[${JSON.stringify(TAG)}] (key)`, written: TAG, secret: 'me@x.test', start: 0 },
      { path: '$.card', written: TAG, secret: '4111111111111111', start: 0 },
    ]);
    expect([...differences(before, { card: before.card })]).toEqual([]);
  });
});

describe('maskOf', () => {
  it('shows at most four characters of either end and a third of the whole', () => {
    expect(maskOf('AKIAQYLPMN5HNXAK7BZQ12345')).toBe('AKIA…2345');
    expect(maskOf('hunter')).toBe('h…r');
    expect(maskOf('admin')).toBe('…');
    expect(maskOf(undefined)).toBe('…');
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (secret) => {
        const shown = maskOf(secret).length - 1;
        expect(shown).toBeLessThanOrEqual(8);
        expect(shown * 3).toBeLessThanOrEqual(secret.length);
      }),
      { seed: 5 },
    );
  });
});
