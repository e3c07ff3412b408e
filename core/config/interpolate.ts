/**
 * @module
 */

const REFERENCE = /\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces each `${{ NAME }}` by the variable's value; what is inserted is not looked at again.
 *
 * @param missing - makes the error for a variable that is not set; an empty one counts as not set
 * @see AgentV `interpolateEnv`
 */
export function interpolate(text: string, env: Environment, missing: (name: string) => Error): string {
  return text.replace(REFERENCE, (_whole, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') throw missing(name);
    return value;
  });
}
