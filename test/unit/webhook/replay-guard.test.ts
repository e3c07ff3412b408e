import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayGuard } from '../../../core/webhook/replay-guard.ts';

const at = (ms: number): Date => new Date(ms);
const call = (id: string, expires: number) => ({ id, expiresAt: at(expires) });

describe('ReplayGuard', () => {
  it('admits a call once while it lives', () => {
    const guard = new ReplayGuard();
    guard.admit(call('a', 1000), at(0));
    expect(() => guard.admit(call('a', 1000), at(999))).toThrow(
      expect.objectContaining({ code: 'REPLAYED_CALL' }),
    );
    guard.admit(call('b', 1000), at(0));
  });

  it('admits again what could not be carried out', () => {
    const guard = new ReplayGuard();
    guard.admit(call('a', 1000), at(0));
    guard.forget(call('a', 1000));
    expect(() => guard.admit(call('a', 1000), at(1))).not.toThrow();
  });

  it('refuses when full, instead of forgetting a living call', () => {
    const guard = new ReplayGuard({ capacity: 2 });
    guard.admit(call('a', 1000), at(0));
    guard.admit(call('b', 2000), at(0));
    expect(() => guard.admit(call('c', 3000), at(500))).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_CALLS' }),
    );
    expect(() => guard.admit(call('a', 1000), at(500))).toThrow(
      expect.objectContaining({ code: 'REPLAYED_CALL' }),
    );
    guard.admit(call('c', 3000), at(1000));
    expect(guard.size).toBe(2);
  });

  it('never admits a living call twice nor grows beyond its capacity, whatever comes', () => {
    const steps = fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        after: fc.nat({ max: 400 }),
        lives: fc.integer({ min: 1, max: 600 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (calls, capacity) => {
        const guard = new ReplayGuard({ capacity });
        const living = new Map<string, number>();
        let now = 0;
        for (const { id, after, lives } of calls) {
          now += after;
          const alive = (living.get(id) ?? 0) > now;
          try {
            guard.admit(call(id, now + lives), at(now));
            expect(alive).toBe(false);
            living.set(id, now + lives);
          } catch (error) {
            expect(error).toHaveProperty('code', alive ? 'REPLAYED_CALL' : 'TOO_MANY_CALLS');
          }
          expect(guard.size).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});
