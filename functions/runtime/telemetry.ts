/**
 * Logs, metrics and traces of the functions.
 *
 * Nothing of a run's content may be in any of them: they say ids, codes and counts. Messages of errors are left out, for
 * they may quote a server, which may quote what it was sent; the failure's receipt in the store has them.
 *
 * @module
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Environment } from '../../core/config/interpolate.ts';
import { AgentvOpikError } from '../../core/errors.ts';
import { causeCode } from '../../core/ingest/cause.ts';
import { OpikRequestError } from '../../core/opik/errors.ts';

/** What is counted. The dashboard and the alarms of template.yaml go by these names. */
export type MetricName =
  | 'bundles_in'
  | 'bundles_delivered'
  | 'bundles_failed'
  | 'required_not_delivered'
  | 'results_delivered'
  | 'results_rejected'
  | 'redactions'
  | 'retries'
  | 'handed_on'
  | 'lag_ms';

export interface Telemetry {
  readonly logger: Logger;
  count(name: MetricName, value?: number): void;
  /** Writes what was counted, at the end of an invocation. */
  flush(): void;
  /** Runs work as a part of the trace, with ids to find it by. */
  trace<Value>(
    name: string,
    ids: Readonly<Record<string, string | number>>,
    work: () => Promise<Value>,
  ): Promise<Value>;
}

export const METRICS_NAMESPACE = 'AgentvOpik';

/** Service and level come from Powertools' own variables, `POWERTOOLS_SERVICE_NAME` and `POWERTOOLS_LOG_LEVEL`. */
export function createTelemetry(env: Environment): Telemetry {
  const logger = new Logger();
  const metrics = new Metrics({ namespace: env.POWERTOOLS_METRICS_NAMESPACE || METRICS_NAMESPACE });
  // Its subsegments of HTTP calls are left open by calls that overlap, and a step with an open one is never sent.
  const tracer = new Tracer({ captureHTTPsRequests: false });
  return {
    logger,
    count(name, value = 1) {
      if (value > 0)
        metrics.addMetric(name, name === 'lag_ms' ? MetricUnit.Milliseconds : MetricUnit.Count, value);
    },
    flush() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
    trace(name, ids, work) {
      if (!tracer.isTracingEnabled() || tracer.getSegment() === undefined) return work();
      return new Promise((resolve, reject) => {
        tracer.provider.captureAsyncFunc(name, (segment) => {
          for (const [key, value] of Object.entries(ids)) segment?.addAnnotation(key, value);
          work()
            .finally(() => segment?.close())
            .then(resolve, reject);
        });
      });
    },
  };
}

/** What of an error a log may say. */
export function describeError(error: unknown): Record<string, string | number | boolean> {
  const cause = causeCode(error);
  const because = cause === undefined ? {} : { cause };
  if (error instanceof OpikRequestError) {
    const { code, retryable, route, status } = error;
    return { code, retryable, route, ...(status === undefined ? {} : { status }), ...because };
  }
  if (error instanceof AgentvOpikError) return { code: error.code, retryable: error.retryable, ...because };
  return {
    code: 'UNEXPECTED',
    error: error instanceof Error ? error.name : typeof error,
    stack: framesOf(error),
  };
}

/** A stack begins with the message, which may quote anything. */
function framesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join('; ');
}
