/**
 * @module
 */
import { parseAllDocuments } from 'yaml';

/** The value of a JSON or YAML text; undefined when it is none. Several documents are a list. */
export function parseStructured(
  text: string,
  format: 'json' | 'yaml',
): { readonly value: unknown } | undefined {
  try {
    return { value: format === 'json' ? JSON.parse(text) : parseYaml(text) };
  } catch {
    // A half line, a template: it is looked at as text.
    return undefined;
  }
}

function parseYaml(text: string): unknown {
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
  if (!Array.isArray(documents)) return undefined;
  const values: unknown[] = documents.map((document) => document.toJS());
  return values.length === 1 ? values[0] : values;
}
