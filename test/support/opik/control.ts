import { z } from 'zod';
import type { Fault } from './faults.ts';
import { errorReply, failure, json, noContent, type Reply } from './http/reply.ts';
import type { OpikStandIn } from './index.ts';
import type { SideDoor } from './server.ts';

const when = {
  at: z.number().int().exactOptional(),
  times: z.number().int().exactOptional(),
  match: z.object({ method: z.string().exactOptional(), path: z.string().exactOptional() }).exactOptional(),
};

const faultSchema = z.discriminatedUnion('kind', [
  z.object({
    ...when,
    kind: z.literal('status'),
    status: z.number().int(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z.unknown().exactOptional(),
  }),
  z.object({ ...when, kind: z.literal('reset') }),
  z.object({ ...when, kind: z.literal('lost-reply') }),
  z.object({ ...when, kind: z.literal('hang'), ms: z.number() }),
  z.object({ ...when, kind: z.literal('rate-limit'), resetSeconds: z.number() }),
]);

/**
 * The control API of a stand-in that runs as its own process: GET snapshot, full-snapshot, requests, finish-calls, counts;
 * POST fault, clear-faults, reset. It is not counted, not recorded and not struck by faults.
 */
export function makeControl(standIn: () => OpikStandIn): SideDoor {
  return (method, path, body) => {
    if (!path.startsWith('/__control/')) return undefined;
    return control(standIn(), `${method} ${path.slice('/__control/'.length)}`, body);
  };
}

function control(standIn: OpikStandIn, call: string, body: unknown): Reply {
  const text = (content: string): Reply => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    text: content,
  });
  switch (call) {
    case 'GET snapshot':
      return text(standIn.snapshot());
    case 'GET full-snapshot':
      return text(standIn.fullSnapshot());
    case 'GET requests':
      return json(standIn.requests);
    case 'GET finish-calls':
      return json(standIn.finishCalls);
    case 'GET counts':
      return json(standIn.state.counts());
    case 'POST fault':
      return addFault(standIn, body);
    case 'POST clear-faults':
      standIn.clearFaults();
      return noContent();
    case 'POST reset':
      standIn.reset();
      return noContent();
    default:
      return errorReply(failure(404, `No such control: ${call}`), false);
  }
}

function addFault(standIn: OpikStandIn, body: unknown): Reply {
  const parsed = faultSchema.safeParse(body);
  if (!parsed.success) return errorReply(failure(400, z.prettifyError(parsed.error)), false);
  const fault: Fault = parsed.data;
  standIn.fault(fault);
  return noContent();
}
