/**
 * That the emulator is worth asking: events arrive, and functions time out, exit and throw as on AWS.
 */
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { ownerClients } from '../../support/aws/clients.ts';
import { depth } from '../../support/aws/deployment.ts';
import { freePort } from '../../support/aws/emulators.ts';
import { send } from '../../support/aws/queues.ts';
import { deleteStack, deployStack, type Stack } from '../../support/aws/stack.ts';
import { waitFor } from '../../support/aws/wait.ts';

const told = z.object({ body: z.string(), remaining: z.number(), pid: z.number(), node: z.string() });

const clients = ownerClients();
const heard: z.infer<typeof told>[] = [];
let witness: Server;
let stack: Stack;

beforeAll(async () => {
  const port = await freePort();
  witness = createServer((request, response) => {
    json(request)
      .then((body) => heard.push(told.parse(body)))
      .finally(() => response.end());
  });
  await new Promise<void>((resolve) => witness.listen(port, '127.0.0.1', resolve));
  stack = await deployStack(clients, {
    template: 'test/support/aws/fixtures/probe/template.yaml',
    stack: `agentv-opik-probe-${port}`,
    parameters: { WitnessUrl: `http://127.0.0.1:${port}/` },
  });
});
afterAll(async () => {
  await deleteStack(clients, stack);
  witness.close();
});

const heardOf = (body: string) =>
  waitFor(`A message with ${body}`, () => heard.find((each) => each.body.includes(body)));

it('tells a function of an object, by its encoded key, on Node 24 and with its time', async () => {
  await clients.s3.send(
    new PutObjectCommand({ Bucket: stack.resources.Bucket, Key: 'a b/é.json', Body: '{}' }),
  );
  // A space is a plus or %20: emulators differ, and AWS sends a plus.
  const { remaining, node } = await waitFor('The object', () =>
    heard.find(({ body }) => decodeURIComponent(body.replaceAll('+', ' ')).includes('a b/é.json')),
  );
  expect(node).toMatch(/^v24\./);
  expect(remaining).toBeGreaterThan(1000);
  expect(remaining).toBeLessThanOrEqual(2000);
});

it('gives up messages of which a function dies, hangs or throws, and no other', async () => {
  const { Queue: queue = '', DeadLetters: deadLetters = '' } = stack.resources;
  await send(clients, queue, ['exit', 'fine', 'hang', 'throw', 'well']);
  await heardOf('well');
  const dead = async () => ((await depth(clients, deadLetters)) === 3 ? true : undefined);
  await waitFor('Three dead letters', dead, { report: () => depth(clients, deadLetters) });
  const pidOf = (body: string) => heard.find((each) => each.body === body)?.pid;
  expect(pidOf('hang')).not.toBe(pidOf('exit'));
  expect(await depth(clients, queue)).toBe(0);
});
