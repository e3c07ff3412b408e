/**
 * From what a person writes for `<bundle>` to the bundle.
 *
 * @module
 */
import { resolve, sep } from 'node:path';
import {
  bundleOfManifestKey,
  isBundlePath,
  MANIFEST_NAME,
  runOfBundle,
  runSegment,
} from '../core/bundle/keys.ts';
import { type Bundle, openBundle } from '../core/bundle/read.ts';
import { newestOf } from '../core/ingest/newest.ts';
import { parseStoreUri, type StoreLocation } from '../core/store/index.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { BundleReferenceError } from './errors.ts';
import { searchedStore } from './local-store.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';
import { namedLocation, openAt } from './stores.ts';

/** A store's root, and below it a bundle's or a run's folder. */
const IN_STORE =
  /^(?:(.*)\/)?(runs\/[^/]+\/\d{4}\/\d\d\/\d\d\/[^/]+(?:\/[0-9a-f]{12})?)(?:\/manifest\.json)?\/*$/;

/**
 * Finds and opens a bundle.
 *
 * A URI or path is opened where it points to; of a run's folder the newest bundle is taken. Anything else is a run id or
 * the beginning of a digest, looked up in the named store, or without one in the project's own.
 *
 * @throws BundleReferenceError when nothing, or more than one bundle, goes by it; BundleNotFoundError
 */
export async function findBundle(
  session: Session,
  settings: LoadedSettings,
  reference: string,
): Promise<Bundle> {
  const place = placeOf(session, settings, reference);
  if (place !== undefined) return openPlace(await openAt(session, place.location), place.path, reference);
  return search(await searchedStore(session, settings), reference);
}

interface Place {
  readonly location: StoreLocation;
  readonly path: string;
}

/** Where a URI or path points to; nothing for an id. */
function placeOf(session: Session, settings: LoadedSettings, reference: string): Place | undefined {
  const isUri = /^[a-z][a-z0-9+.-]+:/i.test(reference);
  const location = isUri ? parseStoreUri(reference) : pathLocation(session, reference);
  if (location === undefined) return undefined;
  const whole = location.kind === 's3' ? location.prefix : location.path.split(sep).join('/');
  const [, root = '', path] = IN_STORE.exec(whole) ?? [];
  if (path === undefined) {
    throw new BundleReferenceError(
      `${reference} is no bundle: it does not end in runs/<source>/<date>/<run>/<digest>`,
      {
        hint: 'Give the URI that `upload` printed, or a run id with --store.',
      },
    );
  }
  if (location.kind === 'file') return { location: { kind: 'file', path: root === '' ? sep : root }, path };
  // The address of a store beside AWS is often only in the settings.
  const named = namedLocation(session, settings);
  const known = named?.kind === 's3' && named.bucket === location.bucket ? named : undefined;
  return { location: { ...known, ...location, prefix: root }, path };
}

function pathLocation({ context }: Session, reference: string): StoreLocation | undefined {
  const path = resolve(context.cwd, reference);
  return IN_STORE.test(path.split(sep).join('/')) ? { kind: 'file', path } : undefined;
}

async function openPlace(store: ObjectStore, path: string, reference: string): Promise<Bundle> {
  if (isBundlePath(path)) return openBundle(store, path);
  const newest = await newestOf(store, path);
  if (newest === undefined) {
    throw new BundleReferenceError(`No bundle in ${reference}`, {
      hint: `An interrupted upload leaves no ${MANIFEST_NAME}: run \`agentv-opik upload\` again.`,
    });
  }
  return newest;
}

async function search(store: ObjectStore, reference: string): Promise<Bundle> {
  const id = reference.split('/').at(-1) ?? reference;
  const byRun = new Set<string>();
  const byDigest = new Set<string>();
  for await (const { key } of store.list('runs/')) {
    const path = bundleOfManifestKey(key);
    if (path === undefined) continue;
    const [runKey = '', digest = ''] = path.split('/').slice(-2);
    if (isRunKey(runKey, id)) byRun.add(runOfBundle(path));
    else if (isDigest(digest, id)) byDigest.add(path);
  }
  const found = [...byRun, ...byDigest];
  const [path] = found;
  if (path === undefined) {
    throw new BundleReferenceError(`No bundle "${reference}" in ${store.uri}`, {
      hint: '`agentv-opik list` shows what is there. Give a run id or at least four digits of a digest.',
    });
  }
  if (found.length > 1) {
    throw new BundleReferenceError(
      [
        `"${reference}" names ${found.length} bundles:`,
        ...found.map((each) => `- ${store.uri}/${each}`),
      ].join('\n'),
      { hint: 'Give the URI of one of them.' },
    );
  }
  return openPlace(store, path, reference);
}

/** A run whose directory has a name of its own carries eight digits behind it in its key. */
function isRunKey(runKey: string, id: string): boolean {
  return (
    runKey === runSegment(id) ||
    (runKey.startsWith(`${id}-`) && /^[0-9a-f]{8}/.test(runKey.slice(id.length + 1)))
  );
}

function isDigest(digest: string, id: string): boolean {
  return /^[0-9a-f]{4,64}$/.test(id) && (digest.startsWith(id) || id.startsWith(digest));
}
