/**
 * @module
 */
import { InvalidManifestError, UnsupportedManifestError } from '../../core/bundle/errors.ts';
import { bundleOfManifestKey, sourcePath } from '../../core/bundle/keys.ts';
import { readManifest } from '../../core/bundle/read.ts';
import { receiptsOf } from '../../core/ingest/receipt-store.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { EXIT } from '../exit.ts';
import { searchedStore } from '../local-store.ts';
import { type Listed, listJson, renderList } from '../render/list.ts';
import type { Session } from '../session.ts';
import { loadSettings } from '../settings.ts';

/** Newest bundles of a store. */
export async function list(session: Session): Promise<number> {
  const { output, flags } = session;
  const settings = await loadSettings(session);
  const store = await searchedStore(session, settings);
  const paths = await pathsOf(store, settings.values.source, session.context.signal);
  const shown: Listed[] = [];
  for (const path of paths.slice(0, flags.limit)) {
    shown.push(await read(store, path));
    output.progress('Reading manifests', shown.length, Math.min(flags.limit, paths.length));
  }
  const report = { store: store.uri, bundles: shown, total: paths.length };
  output.result((style) => renderList(report, style), listJson(report));
  const more = paths.length - shown.length;
  if (more > 0) output.tip(`${more} more: agentv-opik list --limit ${paths.length}`);
  return EXIT.done;
}

/** Newest first, by the day and run key in the path: only the manifests that are shown are read. */
async function pathsOf(
  store: ObjectStore,
  source: string | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  const paths: string[] = [];
  const prefix = source === undefined ? 'runs/' : sourcePath(source);
  for await (const { key } of store.list(prefix, { signal })) {
    const path = bundleOfManifestKey(key);
    if (path !== undefined) paths.push(path);
  }
  const age = (path: string): string => path.split('/').slice(2).join('/');
  return paths.sort((a, b) => (age(a) < age(b) ? 1 : -1));
}

/** One unreadable manifest does not hide the others. */
async function read(store: ObjectStore, path: string): Promise<Listed> {
  try {
    const manifest = await readManifest(store, path);
    let delivered = false;
    for await (const _receipt of receiptsOf(store, path)) delivered = true;
    return { uri: `${store.uri}/${path}`, manifest, delivered };
  } catch (error) {
    if (!(error instanceof InvalidManifestError || error instanceof UnsupportedManifestError)) throw error;
    return { uri: `${store.uri}/${path}`, problem: error.message };
  }
}
