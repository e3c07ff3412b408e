#!/usr/bin/env node
import { runOnProcess } from './environment.ts';
import { keepMemoryLow } from './memory.ts';
import { run } from './run.ts';

keepMemoryLow();
await runOnProcess(run);
