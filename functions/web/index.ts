/**
 * The web application on Lambda, behind a Function URL or an HTTP API.
 *
 * SDK clients are chunks of their own, loaded when a request first needs them, so that the function starts at once.
 *
 * @module
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { handle } from 'hono/aws-lambda';
import { createApp } from '../../core/web/app.ts';
import { readEnvironment, required } from '../runtime/environment.ts';
import { placeOf } from '../runtime/store.ts';
import { VERSION } from '../runtime/version.ts';
import { createLambdaPorts } from './lambda-ports.ts';

const environment = readEnvironment(process.env);
const place = placeOf(environment);
const logger = new Logger();
const LEVELS = { accepted: 'info', refused: 'warn', failed: 'error' } as const;

export const handler = handle(
  createApp({
    version: VERSION,
    storeUri: `s3://${place.bucket}${place.prefix === '' ? '' : `/${place.prefix}`}`,
    place,
    ...createLambdaPorts({
      ...environment,
      queueUrl: required(environment.queueUrl, 'AGENTV_OPIK_QUEUE_URL'),
    }),
    now: () => new Date(),
    log: ({ event, ...details }) => logger[LEVELS[event]](event, details),
  }),
);
