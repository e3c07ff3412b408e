/**
 * The web application: webhooks now, Opik's alerts and the review inbox later. One file of `routes/` for each.
 *
 * @module
 */
import { Hono } from 'hono';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import { NoSuchRouteError, RateLimitError } from './errors.ts';
import { DEFAULT_LIMITS, type WebPorts } from './ports.ts';
import { answerProblem, eventOf } from './problem.ts';
import { RateLimit } from './rate-limit.ts';
import { bundlesRoute } from './routes/bundles.ts';
import { healthRoute } from './routes/health.ts';
import { s3Route } from './routes/s3.ts';

/**
 * Makes the application. It runs wherever Hono does: on Lambda by `functions/web`, on Node by `agentv-opik serve`.
 *
 * Guarantees: a route that can change anything believes nobody without the secret; every answer is JSON, errors are
 * `{"error":{"code","message","hint"}}`; nothing of a body or a header is logged.
 */
export function createApp(ports: WebPorts): Hono {
  const { callsPerSecond, burst, refusalsPerSecond } = { ...DEFAULT_LIMITS, ...ports.limits };
  const { now } = ports;
  const calls = new RateLimit({ perSecond: callsPerSecond, burst, now });
  const refusals = new RateLimit({ perSecond: refusalsPerSecond, burst: refusalsPerSecond * 10, now });
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
    }),
    async (context, next) => {
      await next();
      context.res.headers.set('Cache-Control', 'no-store');
    },
  );
  app.route('/healthz', healthRoute(ports));
  app.route('/webhooks/s3', s3Route(ports, calls));
  app.route('/webhooks/bundles', bundlesRoute(ports, calls));
  app.notFound((context) => answerProblem(context, new NoSuchRouteError('There is nothing here')));
  app.onError((error, context) => {
    const answer = answerProblem(context, error);
    const seconds = answer.status < 500 ? refusals.tryTake() : 0;
    if (seconds > 0) return answerProblem(context, new RateLimitError(seconds));
    ports.log(eventOf(error, routePath(context, -1), answer.status));
    return answer;
  });
  return app;
}
