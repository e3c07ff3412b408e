/**
 * An Opik that is not there: it answers like an empty server and hands every request to whoever wants to see it.
 *
 * @module
 */
import { OpikNotFoundError } from './errors.ts';
import { TIMELESS_MS, uuidV7 } from './ids.ts';
import type { OpikPort } from './port.ts';
import { OPIK_ROUTES, type OpikRoute, type OpikRoutes } from './wire.ts';

/** A request that would have been sent. */
export interface DryRunRequest {
  readonly route: OpikRoute;
  readonly method: string;
  /** Under the API's base URL. */
  readonly path: string;
  readonly body: object;
}

export interface DryRunSettings {
  readonly url: string;
  readonly onRequest: (request: DryRunRequest) => void;
}

type Answers = {
  readonly [Route in OpikRoute]: (body: OpikRoutes[Route]['body']) => OpikRoutes[Route]['reply'];
};

const PREFIX = '/v1/private';
const taken = (): undefined => undefined;

/**
 * Makes the recording port.
 *
 * Guarantees: nothing is sent; requests come in the order and with the bodies that a first delivery to an empty Opik has.
 */
export function createDryRunPort({ url, onRequest }: DryRunSettings): OpikPort {
  const answers = emptyServer();
  return {
    url,
    async send<Route extends OpikRoute>(
      route: Route,
      body: OpikRoutes[Route]['body'],
    ): Promise<OpikRoutes[Route]['reply']> {
      const { method, path } = OPIK_ROUTES[route];
      onRequest({ route, method, ...addressed(path, body) });
      const answer: Answers[Route] = answers[route];
      return answer(body);
    },
  };
}

/** A patch is sent to the address of what it changes; everything else is its own body. */
function addressed(path: string, body: object): Pick<DryRunRequest, 'path' | 'body'> {
  if (!('patch' in body && 'id' in body && body.patch instanceof Object))
    return { path: `${PREFIX}${path}`, body };
  return { path: `${PREFIX}${path.replace('{id}', String(body.id))}`, body: body.patch };
}

/** It remembers just what later requests ask for. */
function emptyServer(): Answers {
  const projects = new Set<string>();
  const datasets = new Map<string, { id: string; project_id: string }>();
  const projectId = (name: string): string => uuidV7(TIMELESS_MS, 'dry-run-project', name.toLowerCase());
  return {
    'projects.create': ({ name }) => {
      projects.add(name.toLowerCase());
      return undefined;
    },
    'projects.retrieve': ({ name }) => {
      if (projects.has(name.toLowerCase())) return { id: projectId(name) };
      throw new OpikNotFoundError('There is no such project yet', {
        route: 'projects.retrieve',
        status: 404,
      });
    },
    'datasets.create': ({ id, name, project_name }) => {
      datasets.set(name.toLowerCase(), { id, project_id: projectId(project_name) });
      return undefined;
    },
    'datasets.retrieve': ({ dataset_name }) => {
      const found = datasets.get(dataset_name.toLowerCase());
      if (found !== undefined) return found;
      throw new OpikNotFoundError('There is no such dataset yet', {
        route: 'datasets.retrieve',
        status: 404,
      });
    },
    'dataset-items.put': taken,
    'experiments.create': taken,
    'experiments.update': taken,
    'experiments.finish': taken,
    'experiment-items.create': taken,
    'experiment-items.delete': taken,
    'traces.batch': taken,
    'traces.delete': taken,
    'spans.batch': taken,
    'scores.put': taken,
    'assertion-results.put': taken,
  };
}
