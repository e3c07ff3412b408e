/**
 * Which rules can be shown on the server at hand. A rule whose condition does not hold is reported as skipped under its own
 * name, never passed in silence. `vitest.opik.config.ts` sets AGENTV_OPIK_CONTRACT; without it the stand-in is meant.
 */
const real = process.env.AGENTV_OPIK_CONTRACT === 'real';

export const conditions = {
  /** A real Opik, at OPIK_URL_OVERRIDE. */
  real,
  /** The body limit of the proxy in front of Opik: 2 GB by default in the open-source one, unknown in the cloud. */
  proxyBodyLimit: !real,
  /** Keys and workspaces can only be tried on a server that we set up ourselves. */
  authentication: !real,
  /** Off in open-source Opik, and trying it would shut out everybody else in the cloud. */
  rateLimit: !real,
  /** UUID_VALIDATION_ENABLED is a setting of the server, false by default. */
  idTimeWindow: !real,
  /** Several authors of a score need several API keys. */
  severalAuthors: !real,
} as const;
