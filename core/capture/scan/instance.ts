/**
 * @module
 */
import { Buffer } from 'node:buffer';
import { KERNEL } from './kernel-bytes.ts';

/** @see kernel/kernel.ts */
export interface Kernel {
  narrow(lead: number, length: number): void;
  scan(base: number, owned: number, length: number, isLast: 0 | 1, hits: number, shapes: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernel at work on this memory. Compiled once, in less than a millisecond. */
export function instantiateKernel(memory: WebAssembly.Memory): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL, 'base64'));
  const { narrow, scan } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  if (narrow === undefined || scan === undefined) throw new TypeError('The kernel lacks a function');
  return { narrow, scan };
}
