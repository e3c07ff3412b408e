/**
 * @module
 */

export function renderSuperseded(): string {
  return 'Nothing delivered: a newer bundle of the same run is in the store\n';
}

export function supersededJson(bundle: string, by: string): object {
  return { status: 'superseded', bundle, superseded_by: by };
}
