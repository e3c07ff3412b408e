import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import type { Call } from './http/call.ts';
import { failure, refusal } from './http/reply.ts';
import { newId, requireInWindow, requireV7 } from './ids.ts';
import type { Settings } from './options.ts';
import type { ProjectRow, Stamps } from './state/rows.ts';
import type { OpikState } from './state/state.ts';

/** What every route works on. */
export interface World {
  readonly state: OpikState;
  readonly settings: Settings;
  readonly clock: Clock;
}

const DEFAULT_PROJECT = 'Default Project';

export function stamps(world: World, user: string, earlier?: Stamps): Stamps {
  const now = world.clock.now();
  return {
    createdAt: earlier?.createdAt ?? now,
    lastUpdatedAt: now,
    createdBy: earlier?.createdBy ?? user,
    lastUpdatedBy: user,
  };
}

/** The pause between Opik's check and its insert, in which another request can come first. */
export async function raceGap(world: World): Promise<void> {
  await sleep(world.settings.raceGapMs);
}

export function findProject(world: World, name: string): ProjectRow | undefined {
  const wanted = name.toLowerCase();
  for (const project of world.state.projects.values())
    if (project.name.toLowerCase() === wanted) return project;
  return undefined;
}

/** The project of that name (any case), made when missing. Without a name it is the default project. */
export function projectFor(world: World, call: Call, name: string | undefined): ProjectRow {
  const wanted = name ?? DEFAULT_PROJECT;
  return findProject(world, wanted) ?? addProject(world, call, { name: wanted });
}

export function addProject(
  world: World,
  call: Call,
  fields: { name: string; description?: string | undefined; visibility?: string | undefined },
): ProjectRow {
  const project: ProjectRow = {
    id: newId(),
    name: fields.name,
    description: fields.description,
    visibility: fields.visibility ?? 'private',
    ...stamps(world, call.user),
  };
  world.state.projects.set(project.id, project);
  return project;
}

/** The project that a read names, by id or name. Missing: 400. Unknown: 404. */
export function projectOfRead(world: World, name: string | undefined, id: string | undefined): ProjectRow {
  if (id !== undefined) {
    const project = world.state.projects.get(id);
    if (project === undefined) throw failure(404, 'Project not found');
    return project;
  }
  if (name === undefined || name === '') {
    throw refusal(400, "Either 'project_name' or 'project_id' query params must be provided");
  }
  const project = findProject(world, name);
  if (project === undefined) throw failure(404, `Project name: ${name} not found`);
  return project;
}

/** The check on ids of traces and spans that a client chose: version 7 always, the time window when the server has it on. */
export function checkObservedId(world: World, id: string, what: string): void {
  requireV7(id, what);
  if (world.settings.uuidValidation) requireInWindow(id, what);
}
