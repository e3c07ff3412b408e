/**
 * @module
 */
import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { type Deployment, output } from './deployment.ts';
import { waitFor } from './wait.ts';

/** Does something while no worker takes messages, so that they all lie in the queue when the workers begin. */
export async function whilePaused<Value>(deployment: Deployment, work: () => Promise<Value>): Promise<Value> {
  const { lambda } = deployment.clients;
  const { EventSourceMappings: mappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: output(deployment.stack, 'IngestFunctionName') }),
  );
  const id = mappings[0]?.UUID;
  if (id === undefined) throw new Error('The function has no event source');
  const turn = async (Enabled: boolean): Promise<void> => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: id, Enabled }));
    const wanted = Enabled ? 'Enabled' : 'Disabled';
    await waitFor(`Event source ${wanted}`, async () => {
      const { State: state } = await lambda.send(new GetEventSourceMappingCommand({ UUID: id }));
      return state === wanted ? state : undefined;
    });
  };
  await turn(false);
  try {
    return await work();
  } finally {
    await turn(true);
  }
}
