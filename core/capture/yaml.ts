/**
 * @module
 */
import { type Document, isScalar, type Pair, parseAllDocuments, visit } from 'yaml';
import type { Engine } from './engine.ts';
import { type OnRedacted, redactString } from './value.ts';

/** Larger files are redacted as text: building their tree would cost more than keeping their structure is worth. */
const MAX_CHARS = 1 << 20;
const MAX_ROUNDS = 4;

/**
 * Redacts YAML scalar by scalar, so that a tag, which begins like a YAML list, is quoted where it must be and AgentV
 * can still read the file. Comments are redacted too. The outcome is looked at once more as text: structure is kept if
 * possible, secrets are gone in any case.
 */
export function redactYaml(engine: Engine, text: string, onRedacted: OnRedacted): string {
  let current = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const structured = current.length > MAX_CHARS ? current : redactScalars(engine, current, onRedacted);
    const { text: next, rules } = engine.redact(structured);
    onRedacted(rules);
    if (next === current) break;
    current = next;
  }
  return current;
}

/** The same text, to the byte, when no scalar and no comment had anything to replace or the text is no YAML. */
function redactScalars(engine: Engine, text: string, onRedacted: OnRedacted): string {
  const documents = parse(text);
  if (documents === undefined) return text;
  let changed = false;
  const replaced = (before: string, name: string | undefined): string => {
    const after = redactString(engine, before, name, onRedacted);
    changed ||= after !== before;
    return after;
  };
  for (const document of documents) redactDocument(document, replaced);
  return changed ? documents.map((document) => document.toString({ lineWidth: 0 })).join('') : text;
}

function parse(text: string): readonly Document[] | undefined {
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
  if (!Array.isArray(documents) || documents.some((document) => document.errors.length > 0)) return undefined;
  return documents;
}

type Replace = (before: string, name: string | undefined) => string;

interface Commented {
  comment?: string | null | undefined;
  commentBefore?: string | null | undefined;
}

function redactDocument(document: Document, replace: Replace): void {
  redactComments(document, replace);
  visit(document, {
    Node(_, node) {
      redactComments(node, replace);
    },
    Scalar(key, node, path) {
      redactComments(node, replace);
      const parent = path.at(-1);
      const name =
        key === 'value' && isPair(parent) && isScalar(parent.key) ? String(parent.key.value) : undefined;
      if (typeof node.value === 'string') node.value = replace(node.value, name);
    },
  });
}

function isPair(node: unknown): node is Pair {
  return typeof node === 'object' && node !== null && 'key' in node && 'value' in node;
}

function redactComments(node: Commented, replace: Replace): void {
  if (typeof node.comment === 'string') node.comment = replace(node.comment, undefined);
  if (typeof node.commentBefore === 'string') node.commentBefore = replace(node.commentBefore, undefined);
}
