import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuidV7 } from '../../../core/opik/ids.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const key = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer()), { minLength: 1, maxLength: 4 });

describe('uuidV7', () => {
  it('is a version 7 UUID that holds the time in its first 48 bits', () => {
    fc.assert(
      fc.property(time, key, (ms, parts) => {
        const id = uuidV7(ms, ...parts);
        expect(id).toMatch(UUID_V7);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(ms);
      }),
    );
  });

  it('is the same for the same thing', () => {
    fc.assert(
      fc.property(time, key, (ms, parts) => {
        expect(uuidV7(ms, ...parts)).toBe(uuidV7(ms, ...structuredClone(parts)));
      }),
    );
  });

  it('differs for different things, also where their parts join to the same text', () => {
    fc.assert(
      fc.property(time, key, key, (ms, a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(uuidV7(ms, ...a)).not.toBe(uuidV7(ms, ...b));
      }),
    );
    expect(uuidV7(0, 'ab', 'c')).not.toBe(uuidV7(0, 'a', 'bc'));
  });

  it('never changes between versions of this tool: stored experiments depend on it', () => {
    expect(uuidV7(Date.UTC(2026, 10, 20, 10, 21, 37), 'trace', 'agentv', 'abc')).toMatchInlineSnapshot(
      `"01a1f879-d768-71bb-ab24-1157d9bf0e5c"`,
    );
  });
});
