/**
 * @module
 */
import type { OpikRoute, OpikRoutes } from './wire.ts';

export interface SendOptions {
  readonly signal?: AbortSignal;
}

/**
 * One call to Opik. Implementations: the REST client (`client.ts`), and wrappers that retry (`retry.ts`), record
 * (`dry-run.ts`) or count.
 *
 * @throws OpikRequestError and its kin; nothing else
 */
export interface OpikPort {
  /** The API's base URL, for links and messages. */
  readonly url: string;
  send<Route extends OpikRoute>(
    route: Route,
    body: OpikRoutes[Route]['body'],
    options?: SendOptions,
  ): Promise<OpikRoutes[Route]['reply']>;
}
