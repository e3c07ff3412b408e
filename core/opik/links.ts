/**
 * Pages of Opik that a person can open.
 *
 * @module
 */

/**
 * Opik finds workspace and project itself behind this address.
 *
 * @see Opik `RedirectService`
 */
export function experimentUrl(apiUrl: string, experimentId: string, datasetId: string): string {
  const base = apiUrl.replace(/\/+$/, '');
  const path = Buffer.from(`${base}/`).toString('base64');
  const query = new URLSearchParams({ experiment_id: experimentId, dataset_id: datasetId, path });
  return `${base}/v1/session/redirect/experiments/?${query}`;
}
