/** How a stand-in is set up. Everything has the default of an open-source Opik with its factory settings. */
export interface OpikStandInOptions {
  /** TCP port on 127.0.0.1; 0 (default) takes a free one. */
  readonly port?: number;
  /** Accepted API keys. Without it the server is open, like Opik with AUTH_ENABLED=false. Each key is one author of scores. */
  readonly apiKey?: string | readonly string[];
  /** The workspace that exists. Default `default`. */
  readonly workspace?: string;
  /** Refuse trace and span ids whose time is more than 24 h away from now (Opik's UUID_VALIDATION_ENABLED). */
  readonly uuidValidation?: boolean;
  /** What the proxy in front of Opik lets through, in bytes on the wire; above it 413. */
  readonly maxBodyBytes?: number;
  /** Keep every request in `requests`. Default true. */
  readonly recordRequests?: boolean;
  /** Validate and count what is written, but keep only ids. For load tests: nothing can be read back. */
  readonly discardBodies?: boolean;
  /** Opik's rate limit by events per window. Off by default, as in open-source Opik. */
  readonly rateLimit?: RateLimitOptions;
  /** Time between check and insert where Opik has a race (dataset creation, new dataset versions). Default 5 ms. */
  readonly raceGapMs?: number;
}

export interface RateLimitOptions {
  /** Events (not requests) allowed in one window: a batch of N is N events. */
  readonly eventsPerWindow: number;
  readonly windowMs: number;
  /** Searches and lists allowed in one window; unlimited when absent. */
  readonly readsPerWindow?: number;
}

export interface Settings {
  readonly port: number;
  readonly apiKeys: readonly string[];
  readonly workspace: string;
  readonly uuidValidation: boolean;
  readonly maxBodyBytes: number;
  readonly recordRequests: boolean;
  readonly discardBodies: boolean;
  readonly rateLimit: RateLimitOptions | undefined;
  readonly raceGapMs: number;
}

/** Room for a 3.5 MB batch and for a little over Opik's own 4 MiB bulk limit, so that the latter is seen as Opik's 422. */
const DEFAULT_MAX_BODY_BYTES = 6 * 1024 * 1024;

export function settingsFrom(options: OpikStandInOptions): Settings {
  const keys = options.apiKey ?? [];
  return {
    port: options.port ?? 0,
    apiKeys: typeof keys === 'string' ? [keys] : keys,
    workspace: options.workspace ?? 'default',
    uuidValidation: options.uuidValidation ?? false,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    recordRequests: options.recordRequests ?? true,
    discardBodies: options.discardBodies ?? false,
    rateLimit: options.rateLimit,
    raceGapMs: options.raceGapMs ?? 5,
  };
}
