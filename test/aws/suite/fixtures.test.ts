/**
 * Every real run by the command line into S3, from there by SQS and Lambda into Opik: the state of a direct export.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeRunProject } from '../../support/aws/cli.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { referenceState, withoutStore } from '../../support/aws/reference.ts';
import { fixtureRuns } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const deployment = useDeployment();

describe.each(fixtureRuns())('$name', (run) => {
  it('upload → S3 → SQS → Lambda → Opik', async () => {
    const project = await makeRunProject(run.directory);
    const settings = [
      project.run,
      ...['--source', `github.com/acme/${randomUUID()}`, '--capture', 'redacted', '--assertions'],
      ...['--allow-incomplete', '--policy', 'required', '--json'],
    ];
    try {
      const expected = await referenceState(async (variables) => {
        const exported = await project.cli(['export', ...settings], variables);
        expect(exported.code, exported.stderr).toBe(0);
      });

      const uploaded = await project.cli([
        'upload',
        ...settings,
        '--store',
        deployment.storeUri,
        '--wait',
        '--wait-timeout',
        '60',
      ]);

      expect(uploaded.code, uploaded.stderr).toBe(0);
      expect(JSON.parse(uploaded.stdout)).toMatchObject({
        receipt: { status: 'delivered', rejected_count: 0 },
      });
      expectSameState(withoutStore(deployment.opik.snapshot()), expected, run.name);
      expect(deployment.opik.finishCalls.length).toBe(1);
      expect(await depth(deployment.clients, deployment.deadLettersUrl)).toBe(0);
    } finally {
      await project.remove();
    }
  });
});
