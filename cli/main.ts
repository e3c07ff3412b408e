#!/usr/bin/env node
import { runOnProcess } from './environment.ts';
import { run } from './run.ts';

await runOnProcess(run);
