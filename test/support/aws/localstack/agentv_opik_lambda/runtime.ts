/**
 * A Lambda runtime for Node: the Runtime API's loop around a handler, as AWS's own image runs it.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const api = `http://${required('AWS_LAMBDA_RUNTIME_API')}/2018-06-01/runtime`;

type Handler = (event: unknown, context: object) => unknown;

let handler: Handler;
try {
  handler = await loadHandler();
} catch (error) {
  await post('init/error', described(error));
  process.exit(1);
}
for (;;) await serveOne(handler);

async function loadHandler(): Promise<Handler> {
  const [file = '', name = ''] = required('_HANDLER').split('.');
  const base = join(required('LAMBDA_TASK_ROOT'), file);
  const path = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find((each) => existsSync(each));
  if (path === undefined) throw new Error(`Cannot find module '${file}'`);
  const found: unknown = Reflect.get(await import(pathToFileURL(path).href), name);
  if (typeof found !== 'function') throw new Error(`${file}.${name} is undefined or not exported`);
  return (event, context) => Reflect.apply(found, undefined, [event, context]);
}

async function serveOne(handle: Handler): Promise<void> {
  const next = await fetch(`${api}/invocation/next`);
  if (!next.ok) process.exit(0);
  const header = (name: string): string => next.headers.get(`lambda-runtime-${name}`) ?? '';
  const id = header('aws-request-id');
  const deadline = Number(header('deadline-ms'));
  process.env._X_AMZN_TRACE_ID = header('trace-id');
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: header('invoked-function-arn'),
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  const event: unknown = await next.json();
  try {
    const answer = await handle(event, context);
    await post(`invocation/${id}/response`, answer ?? null);
  } catch (error) {
    await post(`invocation/${id}/error`, described(error));
  }
}

async function post(path: string, body: unknown): Promise<void> {
  await fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(body) });
}

function described(error: unknown): object {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
