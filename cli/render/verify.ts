/**
 * @module
 */
import type { VerifyOutcome } from '../../core/bundle/verify.ts';
import { PLAIN, plural, printable, type Style } from './text.ts';

export function renderVerify(uri: string, outcome: VerifyOutcome, style: Style = PLAIN): string {
  const { objects, results, problems } = outcome;
  if (problems.length === 0) {
    return `${style.green('✓')} ${uri}\n  ${plural(objects, 'object')} and ${plural(results, 'result')} are what was uploaded\n`;
  }
  const list = problems.map((problem) => `  - ${printable(problem)}\n`).join('');
  return `${style.red('✗')} ${uri}\n  ${plural(problems.length, 'problem')} in ${plural(objects, 'object')}:\n${list}`;
}

export function verifyJson(uri: string, digest: string, outcome: VerifyOutcome): object {
  const { objects, results, problems } = outcome;
  return { bundle: uri, digest, valid: problems.length === 0, objects, results, problems };
}
