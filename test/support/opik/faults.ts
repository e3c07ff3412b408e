/** A request as a fault sees it, before the server works on it. */
export interface FaultRequest {
  /** Position among the requests since the last reset() or clearFaults(). */
  readonly position: number;
  readonly method: string;
  /** Below /api, without the query. */
  readonly path: string;
  /** Parsed when it is JSON, undefined otherwise. */
  readonly body: unknown;
}

export type FaultKind =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  /** The socket is destroyed before the request is processed. */
  | { readonly kind: 'reset' }
  /** The request is processed, then the socket is destroyed. */
  | { readonly kind: 'lost-reply' }
  /** The request is processed and answered only after that time. */
  | { readonly kind: 'hang'; readonly ms: number }
  /** 429 with Opik's headers. */
  | { readonly kind: 'rate-limit'; readonly resetSeconds: number };

/** When a fault strikes. All given conditions must hold. */
export interface FaultWhen {
  /** A number: from that position on. A function: the requests that it picks. */
  readonly at?: number | ((request: FaultRequest) => boolean);
  /** The same without a function, for the control API. `path` is a part of the path. */
  readonly match?: { readonly method?: string; readonly path?: string };
  /** How often it strikes, default 1. */
  readonly times?: number;
}

export type Fault = FaultWhen & FaultKind;

export interface FaultPlan {
  add(fault: Fault): void;
  /** The fault that strikes this request, if any. Counts the request. */
  next(request: Omit<FaultRequest, 'position'>): Fault | undefined;
  clear(): void;
}

export function makeFaultPlan(): FaultPlan {
  let armed: { readonly fault: Fault; left: number }[] = [];
  let position = 0;
  return {
    add(fault) {
      armed.push({ fault, left: fault.times ?? 1 });
    },
    next(request) {
      const seen = { ...request, position };
      position += 1;
      const hit = armed.find((entry) => entry.left > 0 && strikes(entry.fault, seen));
      if (hit !== undefined) hit.left -= 1;
      return hit?.fault;
    },
    clear() {
      armed = [];
      position = 0;
    },
  };
}

function strikes(fault: Fault, request: FaultRequest): boolean {
  const { at, match } = fault;
  if (typeof at === 'number' && request.position < at) return false;
  if (typeof at === 'function' && !at(request)) return false;
  if (match?.method !== undefined && match.method !== request.method) return false;
  return match?.path === undefined || request.path.includes(match.path);
}
