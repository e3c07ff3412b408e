/**
 * Measures how long a built function takes from import to handler ready. Prints one JSON line.
 *
 * @module
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [name = 'ingest'] = process.argv.slice(2);
// Enough to start; nothing of it is called.
Object.assign(process.env, {
  AGENTV_OPIK_STORE: 's3://team-evals/agentv',
  AGENTV_OPIK_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/ingest',
  OPIK_URL_OVERRIDE: 'http://127.0.0.1:5173/api',
  AWS_REGION: 'us-east-1',
  POWERTOOLS_SERVICE_NAME: name,
});
const artifact = pathToFileURL(resolve(`dist/functions/${name}/index.mjs`)).href;
const start = performance.now();
const { handler } = await import(artifact);
const ms = performance.now() - start;
if (typeof handler !== 'function') throw new Error(`${name} has no handler`);
process.stdout.write(`${JSON.stringify({ ms })}\n`);
process.exit();
