/**
 * @module
 */

/** Every key of `T`, even the optional ones, must be written down, be it as `undefined`. */
export type Every<T> = { [K in Exclude<keyof T, never>]: T[K] };

/** `change(value)`, or `undefined` for `undefined`. */
export function maybe<T, U>(value: T | undefined, change: (value: T) => U): U | undefined {
  return value === undefined ? undefined : change(value);
}
