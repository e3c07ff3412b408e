/**
 * Preloaded (`node --import`) into a process to be measured: says its peak memory, in KiB, on file descriptor 3 when it
 * ends.
 *
 * @module
 */
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(3, String(process.resourceUsage().maxRSS));
});
