/**
 * A stack's life: deployed, used, deployed again with other parameters, used again, deleted.
 */
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createS3Store } from '../../../core/store/s3.ts';
import { delivered, publish } from '../../support/aws/bundles.ts';
import { output, useDeployment } from '../../support/aws/deployment.ts';
import { OPIK_WORKSPACE } from '../../support/aws/keys.ts';
import { PREFIX } from '../../support/aws/names.ts';
import { PARAMETERS } from '../../support/aws/parameters.ts';
import { deleteStack, deployStack, describeStack, type Stack } from '../../support/aws/stack.ts';
import { REGION, target } from '../../support/aws/target.ts';
import { fixtureRun } from '../../support/runs.ts';

const deployment = useDeployment();
const { clients } = deployment;
const name = `${deployment.stack.name}-up`;

function deploy(parameters: Readonly<Record<string, string>>): Promise<Stack> {
  const opik = { OpikUrl: `http://127.0.0.1:${target().opikPort}/api`, OpikWorkspace: OPIK_WORKSPACE };
  const secret = deployment.secretArn;
  return deployStack(clients, {
    template: 'template.yaml',
    stack: name,
    parameters: { ...PARAMETERS, ...opik, SecretArn: secret, ...parameters },
  });
}

it('deploy, upload, deploy with other parameters, upload, delete', { timeout: 300_000 }, async () => {
  const before = await deploy({ OpikProject: 'before' });
  const store = createS3Store({
    bucket: output(before, 'BucketName'),
    prefix: PREFIX,
    region: REGION,
    endpoint: target().endpoint,
  });
  const project = (value: string) => ({ destination: { project: value } });
  const first = await publish({ store }, fixtureRun('baseline').directory);
  expect(await delivered({ store }, first)).toMatchObject({ status: 'delivered', ...project('before') });

  const after = await deploy({
    OpikProject: 'after',
    MaxAttempts: '7',
    FunctionTimeout: '60',
    WebAccess: 'none',
    LogLevel: 'DEBUG',
  });
  expect(after.outputs).toEqual({ ...withoutWeb(before.outputs) });
  const second = await publish({ store }, fixtureRun('matrix').directory);
  expect(await delivered({ store }, second)).toMatchObject({ status: 'delivered', ...project('after') });
  expect(await delivered({ store }, first)).toMatchObject(project('before'));

  const { Attributes: queue = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: output(after, 'QueueUrl'), AttributeNames: ['All'] }),
  );
  expect(queue.RedrivePolicy).toMatch(/"maxReceiveCount": ?"?7\b/);
  expect(queue.VisibilityTimeout).toBe('390');
  expect(await ingestFunction(after)).toMatchObject({
    Timeout: 60,
    Environment: { Variables: { AGENTV_OPIK_MAX_RECEIVES: '7', POWERTOOLS_LOG_LEVEL: 'DEBUG' } },
  });

  await deleteStack(clients, after);
  await expect(describeStack(clients, name)).rejects.toThrow();
  await expect(ingestFunction(after)).rejects.toThrow();
});

function ingestFunction(stack: Stack) {
  const FunctionName = output(stack, 'IngestFunctionName');
  return clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
}

function withoutWeb(outputs: Stack['outputs']): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !key.startsWith('Web')));
}
