import type { Call } from './http/call.ts';
import { failure, type Reply } from './http/reply.ts';

export interface Route {
  readonly method: string;
  /** Path below /api, with `{name}` for a parameter. */
  readonly path: string;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
  /** Its answers, errors too, are `application/octet-stream`. */
  readonly streams?: boolean;
  /** How the rate limit counts it. Default: not at all. */
  readonly limit?: RateCount;
}

/** `read`: one search or list. A function: the number of events that a body carries. */
export type RateCount = 'read' | ((body: unknown) => number);

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => Match;

interface Pattern {
  readonly segments: readonly string[];
  readonly routes: Map<string, Route>;
}

/** Finds the route of a request as JAX-RS does: the path first, the more literal one winning, then the method (405). */
export function makeRouter(routes: readonly Route[]): Router {
  const patterns = new Map<string, Pattern>();
  for (const route of routes) {
    const pattern = patterns.get(route.path) ?? {
      segments: split(route.path),
      routes: new Map<string, Route>(),
    };
    pattern.routes.set(route.method, route);
    patterns.set(route.path, pattern);
  }
  const ordered = [...patterns.values()].sort((a, b) => parameters(a) - parameters(b));
  return (method, path) => {
    const segments = split(path);
    for (const pattern of ordered) {
      const params = matchSegments(pattern.segments, segments);
      if (params === undefined) continue;
      const route = pattern.routes.get(method);
      if (route === undefined) throw failure(405, 'HTTP 405 Method Not Allowed');
      return { route, params };
    }
    throw failure(404, 'HTTP 404 Not Found');
  };
}

const split = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

const parameters = (pattern: Pattern): number => pattern.segments.filter((s) => s.startsWith('{')).length;

function matchSegments(
  pattern: readonly string[],
  actual: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = actual[index] ?? '';
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}
