import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deadlineOf } from '../../../functions/runtime/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [900_000, 890_000],
  [100_000, 90_000],
  [60_000, 54_000],
  [5000, 4000],
])('with %d ms left, stops after %d ms', (total, stop) => {
  const end = Date.now() + total;
  const deadline = deadlineOf(() => end - Date.now());
  expect(deadline.leftMs()).toBe(stop);
  vi.advanceTimersByTime(stop - 1);
  expect(deadline.signal.aborted).toBe(false);
  expect(deadline.leftMs()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.aborted).toBe(true);
  expect(deadline.leftMs()).toBe(0);
});

it('with less than its margin, is over at once', () => {
  expect(deadlineOf(() => 1000).signal.aborted).toBe(true);
});

it('is whole for who begins first, and not after others have taken of it', () => {
  const end = Date.now() + 100_000;
  const deadline = deadlineOf(() => end - Date.now());
  expect(deadline.isWhole()).toBe(true);
  vi.advanceTimersByTime(8_000);
  expect(deadline.isWhole()).toBe(true);
  vi.advanceTimersByTime(2_000);
  expect(deadline.isWhole()).toBe(false);
  expect(deadlineOf(() => 500).isWhole()).toBe(true);
});

it('leaves no timer behind', () => {
  const deadline = deadlineOf(() => 60_000);
  deadline.clear();
  expect(vi.getTimerCount()).toBe(0);
});
