/**
 * The steps of a metadata key. A bare dot goes into an object: `agentv.run_id` and `$.agentv.run_id` are nested only. A literal
 * dotted key needs quotes or brackets: `"agentv.run_id"`, `$."agentv.run_id"`, `['agentv.run_id']`, `$["agentv.run_id"]`.
 */
export function pathSteps(key: string): string[] {
  const steps: string[] = [];
  const step = /\["([^"]*)"\]|\['([^']*)'\]|\[(\d+)\]|"([^"]*)"|([^.[\]"]+)/g;
  const path = key.startsWith('$') ? key.slice(1) : key;
  for (const match of path.matchAll(step)) {
    const name = match.slice(1).find((group) => group !== undefined);
    if (name !== undefined) steps.push(name);
  }
  return steps;
}

/** The scalar at the path as text, or '' when there is none, as ClickHouse's JSON_VALUE gives it. */
export function jsonValue(json: unknown, key: string): string {
  let value = json;
  for (const step of pathSteps(key)) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return '';
    value = Reflect.get(value, step);
  }
  if (value === null || value === undefined || typeof value === 'object') return '';
  return String(value);
}
