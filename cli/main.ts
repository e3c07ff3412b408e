#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { MEMORY_FLAGS } from '../core/memory-flags.ts';
import { runOnProcess } from './environment.ts';
import { run } from './run.ts';

for (const flag of MEMORY_FLAGS) setFlagsFromString(flag);
await runOnProcess(run);
