import { nanosOf } from '../validation/instants.ts';

export type Operator =
  | 'contains'
  | 'not_contains'
  | 'starts_with'
  | 'ends_with'
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'is_empty'
  | 'is_not_empty'
  | 'in'
  | 'not_in';

/** ClickHouse's ILIKE. Opik does not escape `%` and `_` in the value: they match anything, and any one character. */
function like(text: string, pattern: string): boolean {
  const source = [...pattern]
    .map((char) => (char === '%' ? '.*' : char === '_' ? '.' : escaped(char)))
    .join('');
  return new RegExp(`^${source}$`, 'is').test(text);
}

const escaped = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

/** Text operators, upper and lower case alike. */
export function matchText(actual: string, operator: Operator, value: string): boolean {
  const same = actual.toLowerCase() === value.toLowerCase();
  if (operator === '=') return same;
  if (operator === '!=') return !same;
  if (operator === 'contains') return like(actual, `%${value}%`);
  if (operator === 'not_contains') return !like(actual, `%${value}%`);
  if (operator === 'starts_with') return like(actual, `${value}%`);
  if (operator === 'ends_with') return like(actual, `%${value}`);
  if (operator === 'is_empty') return actual === '';
  if (operator === 'is_not_empty') return actual !== '';
  if (operator === 'in')
    return value.split(',').some((member) => member.trim().toLowerCase() === actual.toLowerCase());
  if (operator === 'not_in') return !matchText(actual, 'in', value);
  const order = actual < value ? -1 : actual > value ? 1 : 0;
  return ordered(order, operator);
}

export function matchNumber(actual: number | undefined, operator: Operator, value: number): boolean {
  if (actual === undefined) return operator === 'is_empty';
  if (operator === 'is_empty') return false;
  if (operator === 'is_not_empty') return true;
  return ordered(actual - value, operator);
}

export function matchTime(actual: string, operator: Operator, value: string): boolean {
  const difference = nanosOf(actual) - nanosOf(value);
  return ordered(difference < 0n ? -1 : difference > 0n ? 1 : 0, operator);
}

/** List operators: `contains` looks into the members, upper and lower case alike; `=` wants one exact member. */
export function matchList(actual: readonly string[], operator: Operator, value: string): boolean {
  if (operator === 'contains') return actual.some((member) => matchText(member, 'contains', value));
  if (operator === 'not_contains') return !matchList(actual, 'contains', value);
  if (operator === '=') return actual.includes(value);
  if (operator === '!=') return !actual.includes(value);
  if (operator === 'is_empty') return actual.length === 0;
  return actual.length > 0;
}

function ordered(order: number, operator: Operator): boolean {
  if (operator === '=') return order === 0;
  if (operator === '!=') return order !== 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return false;
}
