/**
 * `npm run bench:redaction`: recall, precision, false alarms and speed, beside two scanners that people use.
 *
 * Exits with 1 when an aim is missed: recall of at least 0.99 in every class, at most one false alarm a megabyte.
 *
 * Options: `--each N` (instances of a rule in a carrier, default 3), `--seed N`, `--misses N` (lines of misses to print,
 * default 60), `--alarms` (print what was taken for what), `--only-ours`.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCapture } from '../../core/capture/index.ts';
import { ruleClasses } from '../../core/capture/rules/index.ts';
import { type Labelled, labelled, rulesWithoutGenerator } from './labelled.ts';
import { type FalseAlarms, measureFalseAlarms, measureRecall, type Recall, type Scanner } from './measure.ts';
import { negatives } from './negatives.ts';
import { langsmith, ours, secretlint } from './scanners.ts';

const RECALL_AIM = 0.99;
const ALARMS_AIM = 1;

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    misses: { type: 'string', default: '60' },
    alarms: { type: 'boolean', default: false },
    'only-ours': { type: 'boolean', default: false },
  },
});
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const cases = [...labelled({ seed: Number(values.seed), each: Number(values.each) })];
const clean = [...negatives()];
const missing = rulesWithoutGenerator();
if (missing.length > 0) print(`Rules without a generator: ${missing.join(', ')}`);

const recall = await measureRecall(ours(), cases);
const alarms = await measureFalseAlarms(ours(), clean);
printOurs(recall, alarms);
const perMb = (alarms.total / alarms.characters) * 1e6;
const share = recall.caught / recall.total;

if (!values['only-ours']) {
  print('\nother scanners on the same texts, every fifth of them');
  for (const scanner of [secretlint(), langsmith()]) await compare(scanner);
}
print('');
const speed = join(import.meta.dirname, 'speed.ts');
spawnSync(process.execPath, [speed, ...(values['only-ours'] ? ['--only-ours'] : [])], { stdio: 'inherit' });

const isEachGood = [...recall.byClass.values()].every(({ caught, total }) => caught / total >= RECALL_AIM);
const isGood = share >= RECALL_AIM && isEachGood && perMb <= ALARMS_AIM && missing.length === 0;
print(
  `\n${isGood ? 'All aims are met' : 'AIMS MISSED'}: recall ${share.toFixed(4)} (aim ${RECALL_AIM}), ${perMb.toFixed(2)} false alarms/MB (aim ${ALARMS_AIM})`,
);
process.exitCode = isGood ? 0 : 1;

function printOurs({ byClass, misses }: Recall, found: FalseAlarms): void {
  const alarmsOf = new Map(
    Object.entries(ruleClasses()).map(([name, rules]) => [
      name,
      rules.reduce((sum, { id }) => sum + (found.byRule.get(id) ?? 0), 0),
    ]),
  );
  print('class                               recall   precision     cases  missed  false alarms');
  for (const [name, { caught, total }] of byClass) {
    const wrong = alarmsOf.get(name) ?? 0;
    print(
      `${name.padEnd(34)}  ${(caught / total).toFixed(4)}      ${(caught / Math.max(1, caught + wrong)).toFixed(4)}  ${String(total).padStart(8)}  ${String(total - caught).padStart(6)}  ${String(wrong).padStart(12)}${caught / total < RECALL_AIM ? '  below the aim' : ''}`,
    );
  }
  print(`false alarms in ${(found.characters / 1e6).toFixed(1)} MB of clean text: ${found.total}`);
  for (const [kind, n] of found.byKind) print(`  ${kind}: ${n}`);
  print(`  by rule: ${[...found.byRule].map(([rule, n]) => `${rule} ${n}`).join(', ') || 'none'}`);
  if (values.alarms)
    for (const { kind, rules, text } of found.examples)
      print(`--- ${kind}: ${rules.join(' ')}\n${shownAlarm(text)}`);
  printMisses(misses);
}

/** The part of a clean text that was replaced; it holds no secret and may be shown. */
function shownAlarm(text: string): string {
  const out = createCapture({ mode: 'redacted' }).text('text.txt', text);
  const after = 'text' in out ? out.text : '';
  return after
    .split('\n')
    .filter((line) => line.includes('[REDACTED:'))
    .map((line) => `  ${line.slice(0, 300)}`)
    .join('\n');
}

function printMisses(misses: Recall['misses']): void {
  const carriers = new Map<string, number>();
  for (const { carrier } of misses) carriers.set(carrier, (carriers.get(carrier) ?? 0) + 1);
  if (carriers.size > 0) print('misses by carrier:');
  for (const [carrier, n] of [...carriers].sort((a, b) => b[1] - a[1])) print(`  ${n} × ${carrier}`);
  const groups = new Map<string, { n: number; example: string }>();
  for (const { rule, carrier, masked } of misses) {
    const name = `${rule} in ${carrier}`;
    groups.set(name, { n: (groups.get(name)?.n ?? 0) + 1, example: masked });
  }
  if (groups.size > 0) print('misses by rule and carrier:');
  const most = [...groups].sort((a, b) => b[1].n - a[1].n);
  for (const [name, { n, example }] of most.slice(0, Number(values.misses)))
    print(`  ${n} × ${name}: ${example}`);
  if (most.length > Number(values.misses)) print(`  … and ${most.length - Number(values.misses)} more pairs`);
}

async function compare(scanner: Scanner): Promise<void> {
  const of = await measureRecall(scanner, sampled(cases));
  const noise = await measureFalseAlarms(scanner, clean);
  print(
    `  ${scanner.name.padEnd(46)} recall ${(of.caught / of.total).toFixed(3)}   ${((noise.total / noise.characters) * 1e6).toFixed(1)} alarms/MB`,
  );
}

/** The others take their time. */
function sampled(all: readonly Labelled[]): Labelled[] {
  return all.filter((_, i) => i % 5 === 0);
}
