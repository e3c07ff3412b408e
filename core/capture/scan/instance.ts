/**
 * @module
 */
import { Buffer } from 'node:buffer';
import { KERNEL } from './kernel-bytes.ts';

/** @see kernel/kernel.ts */
export type Kernel = (owned: number, length: number, hits: number) => void;

let compiled: WebAssembly.Module | undefined;

/** The kernel at work on this memory. Compiled once, in less than a millisecond. */
export function instantiateKernel(memory: WebAssembly.Memory): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL, 'base64'));
  const { scan } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  if (typeof scan !== 'function') throw new TypeError('The kernel exports no scan');
  return (owned, length, hits) => scan(owned, length, hits);
}
