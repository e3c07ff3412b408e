/**
 * Writes the table of rule classes into docs/redaction.md: `node test/redaction/table.ts`.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleClasses } from '../../core/capture/rules/index.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'redaction.md');
const TABLE = /(<!-- rules -->\n)[\s\S]*?(<!-- \/rules -->)/;
/** Named in the table, as an idea of what is in a class. */
const EXAMPLES = 6;

export function readDocument(): string {
  return readFileSync(DOCUMENT, 'utf8');
}

/** The document with the table as it has to be. */
export function withTable(document: string): string {
  const classes = Object.entries(ruleClasses());
  const rows = classes.map(([name, rules]) => {
    const ids = rules.map(({ id }) => `\`${id}\``);
    const more = ids.length > EXAMPLES ? ' …' : '';
    return `| ${name} | ${rules.length} | ${ids.slice(0, EXAMPLES).join(', ')}${more} |\n`;
  });
  const total = classes.reduce((sum, [, rules]) => sum + rules.length, 0);
  const table = `| class | rules | such as |\n|---|---|---|\n${rows.join('')}| **all** | **${total}** | |\n`;
  return document.replace(TABLE, (_, begin: string, end: string) => begin + table + end);
}

if (import.meta.main) writeFileSync(DOCUMENT, withTable(readDocument()));
