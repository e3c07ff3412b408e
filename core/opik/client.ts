/**
 * The only file that imports `opik`, and there only its typed REST layer (`client.api`): the high-level queue loses data
 * silently, for its `flush()` resolves after a 400.
 *
 * The layer's own retries are off; they do not know Opik's `RateLimit-Reset` header. Wrap this port in `withRetry`.
 *
 * @module
 */
import { disableLogger, Opik } from 'opik';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { OpikNetworkError } from './errors.ts';
import type { OpikPort, SendOptions } from './port.ts';
import { errorOfReply } from './reply-error.ts';
import { toSdkExperiment, toSdkExperimentPatch, toSdkScore, toSdkSpan, toSdkTrace } from './sdk-types.ts';
import type { OpikRoute, OpikRoutes } from './wire.ts';

export interface OpikClientSettings {
  /** API base, e.g. `https://www.comet.com/opik/api` or `http://localhost:5173/api`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly workspace?: string | undefined;
  readonly timeoutMs?: number | undefined;
  /** Applied to the server's words before they go into an error: Opik quotes offending values. */
  readonly redact: (text: string) => string;
}

type Api = Opik['api'];
type RequestOptions = { maxRetries: 0; timeoutInSeconds: number; abortSignal?: AbortSignal };
type Senders = {
  readonly [Route in OpikRoute]: (
    api: Api,
    body: OpikRoutes[Route]['body'],
    options: RequestOptions,
  ) => Promise<OpikRoutes[Route]['reply']>;
};

const DEFAULT_TIMEOUT_MS = 60_000;

/** What the layer throws, which it does not export. @see opik `OpikApiError` */
const thrownReply = z.object({
  statusCode: z.number(),
  body: z.unknown(),
  rawResponse: z.object({ headers: z.instanceof(Headers) }).optional(),
});

/** Opens a connectionless client; nothing is sent before the first `send`. */
export function createOpikClient(settings: OpikClientSettings): OpikPort {
  disableLogger();
  const { api } = new Opik({
    apiUrl: settings.url,
    apiKey: settings.apiKey ?? '',
    workspaceName: settings.workspace ?? '',
  });
  const timeoutInSeconds = (settings.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 1000;

  return {
    url: settings.url,
    async send<Route extends OpikRoute>(
      route: Route,
      body: OpikRoutes[Route]['body'],
      options?: SendOptions,
    ): Promise<OpikRoutes[Route]['reply']> {
      const sender: Senders[Route] = SENDERS[route];
      options?.signal?.throwIfAborted();
      try {
        return await sender(api, body, {
          maxRetries: 0,
          timeoutInSeconds,
          ...(options?.signal === undefined ? {} : { abortSignal: options.signal }),
        });
      } catch (error) {
        options?.signal?.throwIfAborted();
        throw toOpikError(error, route, settings);
      }
    },
  };
}

function toOpikError(error: unknown, route: OpikRoute, { url, redact }: OpikClientSettings): Error {
  const reply = thrownReply.safeParse(error);
  if (!reply.success) {
    const words = redact(messageOf(error));
    return new OpikNetworkError(`No answer from Opik at ${url} to ${route}: ${words}`, {
      route,
      cause: error,
      hint: 'Check the URL (OPIK_URL_OVERRIDE) and the network.',
    });
  }
  const { statusCode, body, rawResponse } = reply.data;
  return errorOfReply({ route, url, status: statusCode, body, headers: rawResponse?.headers, redact });
}

const SENDERS: Senders = {
  'projects.create': async (api, body, options) => {
    await api.projects.createProject(body, options);
  },
  'projects.retrieve': async (api, body, options) => {
    const { id } = await api.projects.retrieveProject(body, options);
    return { id: id ?? '' };
  },
  'datasets.create': async (api, { project_name, ...body }, options) => {
    await api.datasets.createDataset({ ...body, projectName: project_name }, options);
  },
  'datasets.retrieve': async (api, body, options) => {
    const { id, projectId } = await api.datasets.getDatasetByIdentifier(
      { datasetName: body.dataset_name, projectName: body.project_name },
      options,
    );
    return { id: id ?? '', ...(projectId === undefined ? {} : { project_id: projectId }) };
  },
  'dataset-items.put': async (api, body, options) => {
    const { dataset_name: datasetName, project_name: projectName, items } = body;
    await api.datasets.createOrUpdateDatasetItems({ datasetName, projectName, items }, options);
  },
  'experiments.create': async (api, body, options) => {
    await api.experiments.createExperiment(toSdkExperiment(body), options);
  },
  'experiments.update': async (api, { id, patch }, options) => {
    await api.experiments.updateExperiment(id, { body: toSdkExperimentPatch(patch) }, options);
  },
  'experiments.finish': async (api, body, options) => {
    await api.experiments.finishExperiments(body, options);
  },
  'experiment-items.create': async (api, body, options) => {
    const experimentItems = body.experiment_items.map((item) => ({
      id: item.id,
      experimentId: item.experiment_id,
      datasetItemId: item.dataset_item_id,
      traceId: item.trace_id,
      projectName: item.project_name,
    }));
    await api.experiments.createExperimentItems({ experimentItems }, options);
  },
  'experiment-items.delete': async (api, body, options) => {
    await api.experiments.deleteExperimentItems(body, options);
  },
  'traces.batch': async (api, { traces }, options) => {
    await api.traces.createTraces({ traces: traces.map(toSdkTrace) }, options);
  },
  'traces.delete': async (api, body, options) => {
    await api.traces.deleteTraces(body, options);
  },
  'spans.batch': async (api, { spans }, options) => {
    await api.spans.createSpans({ spans: spans.map(toSdkSpan) }, options);
  },
  'scores.put': async (api, { scores }, options) => {
    await api.traces.scoreBatchOfTraces({ scores: scores.map(toSdkScore) }, options);
  },
  'assertion-results.put': async (api, body, options) => {
    const assertionResults = body.assertion_results.map(({ entity_id, project_name, ...assertion }) => ({
      ...assertion,
      entityId: entity_id,
      projectName: project_name,
    }));
    await api.assertionResults.storeAssertionsBatch(
      { entityType: body.entity_type, assertionResults },
      options,
    );
  },
};
