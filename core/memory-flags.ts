/**
 * @module
 */

/**
 * Flags that make V8 collect early rather than grow.
 *
 * What is held at a time is some 50 MB whatever the size of the run, but by default V8 lets four times as much garbage pile
 * up before it looks. CI machines are small and shared, and a Lambda function that grows past its memory is killed:
 * collecting at a quarter above what was in use last time halves the peak and costs a few per cent of time.
 *
 * Set before anything large is loaded.
 *
 * @see https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export const MEMORY_FLAGS: readonly string[] = [
  '--heap-growing-percent=25',
  '--semi-space-growth-factor=1',
  '--max-semi-space-size=4',
];
