/**
 * Prints the last line of `.ci/run`: what all test runners together passed, failed and skipped.
 *
 * Usage: `node infra/ci-summary.ts <status of the steps> <report.json>…`; reports are Vitest's JSON.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const [status = '1', ...paths] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const path of paths) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report.parse(
      JSON.parse(readFileSync(path, 'utf8')),
    );
    sum.passed += numPassedTests;
    // A file that failed before its first test reports no failed test.
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    sum.failed += numFailedTests + broken.length;
    sum.skipped += numPendingTests + numTodoTests;
  } catch (error) {
    process.stdout.write(`${path}: ${error instanceof Error ? error.message : String(error)}\n`);
    sum.failed += 1;
  }
}
if (status !== '0' && sum.failed === 0) sum.failed = 1;

process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
process.exitCode = sum.failed === 0 ? 0 : 1;
