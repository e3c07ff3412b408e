import { parseArgs } from 'node:util';
import { startControlled } from './index.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'api-key': { type: 'string', multiple: true },
    workspace: { type: 'string' },
    'uuid-validation': { type: 'boolean', default: false },
    'discard-bodies': { type: 'boolean', default: false },
    'no-requests': { type: 'boolean', default: false },
    'max-body-bytes': { type: 'string' },
    'events-per-window': { type: 'string' },
    'window-ms': { type: 'string', default: '60000' },
    'exit-with-parent': { type: 'boolean', default: false },
  },
});

const events = values['events-per-window'];
const maxBody = values['max-body-bytes'];
const { standIn } = await startControlled(
  {
    port: Number(values.port),
    ...(values['api-key'] === undefined ? {} : { apiKey: values['api-key'] }),
    ...(values.workspace === undefined ? {} : { workspace: values.workspace }),
    ...(maxBody === undefined ? {} : { maxBodyBytes: Number(maxBody) }),
    ...(events === undefined
      ? {}
      : { rateLimit: { eventsPerWindow: Number(events), windowMs: Number(values['window-ms']) } }),
    uuidValidation: values['uuid-validation'],
    discardBodies: values['discard-bodies'],
    recordRequests: !values['no-requests'],
  },
  true,
);

process.stdout.write(`${JSON.stringify({ url: standIn.url })}\n`);

let closing = false;
function stop(): void {
  if (closing) return;
  closing = true;
  standIn.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// A test that is killed cannot stop its child: the end of our stdin is the end of the test.
if (values['exit-with-parent']) process.stdin.once('end', stop).resume();
