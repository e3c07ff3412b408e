import { z } from 'zod';
import type { FieldType } from '../filters/fields.ts';
import { type Columns, type Filter, failsInQuery, matchesAll, parseFilters } from '../filters/filters.ts';
import type { Call } from '../http/call.ts';
import { failure } from '../http/reply.ts';
import { isV7, timeOfId } from '../ids.ts';
import { type Instant, nanosOf, parseInstant } from '../validation/instants.ts';
import { newestFirst } from '../views/datasets.ts';
import { projectOfRead, type World } from '../world.ts';

/** What a search or a list asks for, whichever way it came. */
export interface Query {
  readonly projectId: string;
  readonly filters: readonly Filter[];
  readonly fromTime: Instant | undefined;
  readonly toTime: Instant | undefined;
  readonly lastRetrievedId: string | undefined;
}

export interface QueryFields {
  readonly project_name?: string | undefined;
  readonly project_id?: string | undefined;
  readonly filters?: unknown;
  readonly from_time?: string | undefined;
  readonly to_time?: string | undefined;
  readonly last_retrieved_id?: string | undefined;
}

export function readQuery(
  world: World,
  asked: QueryFields,
  fields: Readonly<Record<string, FieldType>>,
): Query {
  const project = projectOfRead(world, asked.project_name, asked.project_id);
  const { from_time, to_time } = asked;
  if (from_time !== undefined && to_time !== undefined && nanosOf(from_time) >= nanosOf(to_time)) {
    throw failure(400, "Parameter 'from_time' must be before 'to_time'");
  }
  return {
    projectId: project.id,
    filters: parseFilters(asked.filters, fields),
    fromTime: from_time,
    toTime: to_time,
    lastRetrievedId: asked.last_retrieved_id,
  };
}

/** The same fields from the query string of a list. */
export function fieldsFromUrl(call: Call): QueryFields {
  const text = (name: string): string | undefined => call.query.get(name) ?? undefined;
  return {
    project_name: text('project_name'),
    project_id: text('project_id'),
    filters: text('filters'),
    from_time: time(call, 'from_time'),
    to_time: time(call, 'to_time'),
  };
}

/**
 * The matching rows, the newest id first, so that `last_retrieved_id` pages into the past. `from_time` and `to_time` go by the
 * time inside the id. An enum value that does not exist makes the query fail unseen: no rows.
 */
export function runQuery<T extends { readonly id: string; readonly projectId: string }>(
  query: Query,
  rows: Iterable<T>,
  columnsOf: (row: T) => Columns,
): T[] {
  const cursor = query.lastRetrievedId;
  if (failsInQuery(query.filters) || (cursor !== undefined && !isV7(cursor))) return [];
  const from = query.fromTime === undefined ? undefined : Date.parse(query.fromTime);
  const to = query.toTime === undefined ? undefined : Date.parse(query.toTime);
  const found: T[] = [];
  for (const row of rows) {
    if (row.projectId !== query.projectId) continue;
    if (cursor !== undefined && row.id >= cursor) continue;
    if (from !== undefined && timeOfId(row.id) < from) continue;
    if (to !== undefined && timeOfId(row.id) > to) continue;
    if (matchesAll(query.filters, columnsOf(row))) found.push(row);
  }
  return newestFirst(found);
}

/** The view without the fields that the reader does not want. */
export function without(view: object, excluded: readonly string[]): object {
  if (excluded.length === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([name]) => !excluded.includes(name)));
}

const names = z.array(z.string());

export function excludedFromUrl(call: Call): string[] {
  const text = call.query.get('exclude');
  if (text === null || text === '') return [];
  const parsed = names.safeParse(jsonOrText(text));
  if (!parsed.success) throw failure(400, `Invalid exclude query parameter '${text}'`);
  return parsed.data;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function time(call: Call, name: string): Instant | undefined {
  const value = call.query.get(name);
  if (value === null || value === '') return undefined;
  const parsed = parseInstant(value);
  if (parsed === undefined) throw failure(404, 'HTTP 404 Not Found');
  return parsed;
}
