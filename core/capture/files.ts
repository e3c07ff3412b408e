/**
 * The run's own files in redacted mode, each by its kind.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer';
import type { Engine } from './engine.ts';
import type { OnRedacted } from './value.ts';
import { createValueRedactor } from './value.ts';

/** Redacts YAML and keeps its structure. @see yaml.ts */
export type RedactYaml = (engine: Engine, text: string, onRedacted: OnRedacted) => string;

/** What a file is, by its name; anything not known is plain text. */
export type FileKind = 'json' | 'jsonl' | 'yaml' | 'text';

export function kindOf(path: string): FileKind {
  const ending = /\.([a-z0-9]+)$/.exec(path.toLowerCase())?.[1];
  if (ending === 'json') return 'json';
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl';
  if (ending === 'yaml' || ending === 'yml') return 'yaml';
  return 'text';
}

/** The text of a file, or nothing if it is not text (NUL bytes, invalid UTF-8). A byte order mark is left out. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0) || !isUtf8(bytes)) return undefined;
  return new TextDecoder('utf-8').decode(bytes);
}

/**
 * Redacts a file's text. JSON is parsed, redacted and written as AgentV writes it (2 spaces, final newline), JSON Lines
 * line by line; YAML keeps its structure and comments, if `yaml` is given; what cannot be parsed is redacted as text.
 *
 * Throws what the engine throws.
 */
export function redactFileText(
  engine: Engine,
  kind: FileKind,
  text: string,
  onRedacted: OnRedacted,
  yaml: RedactYaml | undefined,
): string {
  switch (kind) {
    case 'json':
      return redactJson(engine, text, onRedacted, 2) ?? redactPlain(engine, text, onRedacted);
    case 'jsonl':
      return text
        .split('\n')
        .map((line) =>
          line.trim() === ''
            ? line
            : (redactJson(engine, line, onRedacted, 0) ?? redactPlain(engine, line, onRedacted)),
        )
        .join('\n');
    case 'yaml':
      return (yaml ?? redactPlain)(engine, text, onRedacted);
    case 'text':
      return redactPlain(engine, text, onRedacted);
  }
}

function redactPlain(engine: Engine, text: string, onRedacted: OnRedacted): string {
  const { text: out, rules } = engine.redact(text);
  onRedacted(rules);
  return out;
}

function redactJson(
  engine: Engine,
  text: string,
  onRedacted: OnRedacted,
  indent: number,
): string | undefined {
  const parsed = parseJson(text);
  if (parsed === undefined) return undefined;
  const out = JSON.stringify(createValueRedactor(engine, onRedacted).value(parsed.value), null, indent);
  return indent === 0 ? out : `${out}\n`;
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // A killed run leaves half a line; as text it is looked at all the same.
    return undefined;
  }
}
