import { z } from 'zod';
import { failure } from '../http/reply.ts';
import { parseInstant } from '../validation/instants.ts';
import { ENUM_VALUES, type FieldType, KEYED, OPERATORS } from './fields.ts';
import { jsonValue } from './jsonPath.ts';
import { matchList, matchNumber, matchText, matchTime, type Operator } from './operators.ts';

/** A checked filter. All filters of a query must match. */
export interface Filter {
  readonly field: string;
  readonly type: FieldType;
  readonly operator: Operator;
  readonly key: string;
  readonly value: string;
}

/** What a row says for a field. `scores` are looked up by name. */
export interface Columns {
  text(field: string): string;
  number(field: string): number | undefined;
  time(field: string): string | undefined;
  list(field: string): readonly string[];
  json(field: string): unknown;
  scores(field: string): readonly { readonly name: string; readonly value: number }[];
}

const sent = z.array(
  z.object({
    field: z.string(),
    operator: z.string().default('='),
    key: z.string().nullish(),
    value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  }),
);

/** Checks the filters of a request; anything that the fields do not know is a 400 that quotes the filters. */
export function parseFilters(raw: unknown, fields: Readonly<Record<string, FieldType>>): Filter[] {
  if (raw === undefined || raw === null || raw === '') return [];
  const invalid = (): Error => failure(400, `Invalid filters query parameter '${JSON.stringify(raw)}'`);
  const parsed = sent.safeParse(typeof raw === 'string' ? jsonOrNothing(raw) : raw);
  if (!parsed.success) throw invalid();
  return parsed.data.map((filter) => {
    const type = fields[filter.field];
    if (type === undefined) throw invalid();
    const operator = OPERATORS[type].find((known) => known === filter.operator);
    if (operator === undefined) throw invalid();
    const key = filter.key ?? '';
    if (KEYED.includes(type) && key === '') throw invalid();
    const checked: Filter = { field: filter.field, type, operator, key, value: String(filter.value ?? '') };
    if (!valueFits(checked)) throw invalid();
    return checked;
  });
}

/** A value that an enum column does not have: the query fails after its status was sent, and the stream is just empty. */
export function failsInQuery(filters: readonly Filter[]): boolean {
  return filters.some((filter) => {
    const values = ENUM_VALUES[filter.field];
    return filter.type === 'enum' && values !== undefined && !values.includes(filter.value);
  });
}

export function matchesAll(filters: readonly Filter[], columns: Columns): boolean {
  return filters.every((filter) => matches(filter, columns));
}

function matches(filter: Filter, columns: Columns): boolean {
  const { field, operator, key, value } = filter;
  switch (filter.type) {
    case 'text':
    case 'enum':
      return matchText(columns.text(field), operator, value);
    case 'number':
      return matchNumber(columns.number(field), operator, Number(value));
    case 'time': {
      const time = columns.time(field);
      return time !== undefined && matchTime(time, operator, parseInstant(value) ?? time);
    }
    case 'list':
      return matchList(columns.list(field), operator, value);
    case 'error':
      return (columns.json(field) === undefined) === (operator === 'is_empty');
    case 'score':
      return matchScore(columns.scores(field), key, operator, Number(value));
    case 'json':
      return matchJson(jsonValue(columns.json(field), key), operator, value);
    case 'custom': {
      const [column = '', ...rest] = key.split('.');
      return matchJson(jsonValue(columns.json(`${column}_json`), rest.join('.')), operator, value);
    }
  }
}

/** Score names are compared without case. All operators but `is_empty` want the score to be there. */
function matchScore(
  scores: readonly { readonly name: string; readonly value: number }[],
  key: string,
  operator: Operator,
  value: number,
): boolean {
  const named = scores.filter((score) => score.name.toLowerCase() === key.toLowerCase());
  if (operator === 'is_empty') return named.length === 0;
  if (operator === 'is_not_empty') return named.length > 0;
  return named.some((score) => matchNumber(score.value, operator, value));
}

function matchJson(actual: string, operator: Operator, value: string): boolean {
  if (!['>', '>=', '<', '<='].includes(operator)) return matchText(actual, operator, value);
  return (
    actual !== '' && Number.isFinite(Number(actual)) && matchNumber(Number(actual), operator, Number(value))
  );
}

function valueFits(filter: Filter): boolean {
  const { type, operator, value } = filter;
  if (operator === 'is_empty' || operator === 'is_not_empty') return true;
  if (type === 'time') return parseInstant(value) !== undefined;
  if (type === 'number' || type === 'score') return value.trim() !== '' && Number.isFinite(Number(value));
  if (type === 'custom') return /^(input|output)\b/.test(filter.key);
  return true;
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
