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
  return redirect(apiUrl, 'experiments', { experiment_id: experimentId, dataset_id: datasetId });
}

export function traceUrl(apiUrl: string, traceId: string): string {
  return redirect(apiUrl, 'projects', { trace_id: traceId });
}

function redirect(apiUrl: string, page: string, query: Record<string, string>): string {
  const base = apiUrl.replace(/\/+$/, '');
  const path = Buffer.from(`${base}/`).toString('base64');
  return `${base}/v1/session/redirect/${page}/?${new URLSearchParams({ ...query, path })}`;
}
