/**
 * How fast redaction is, beside two scanners that people use: `node test/redaction/speed.ts`, and at the end of
 * `npm run bench:redaction`, in a process of its own, so that what else was run does not decide how V8 compiles it.
 *
 * Strings of 2 KB, as a pipeline has them: parsed, one after the other, on one thread, in the time of the processor, for
 * the clock on the wall also counts what else the machine does.
 *
 * Options: `--only-ours`.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import type { Scanner } from './measure.ts';
import { negatives } from './negatives.ts';
import { langsmith, ours, secretlint } from './scanners.ts';

const WARM_UP_SECONDS = 1;
const SECONDS = 1;
const STRINGS = 400;
/** Of what agents read and write, in equal shares. */
const MIXED = ['transcript', 'code', 'declarations', 'readme', 'changelog', 'license'];
/** With the others as well; not all kinds, for secretlint keeps something of each text, and fills the memory. */
const COMPARED = new Set(['mixed', 'transcript']);
/** The last two are the slowest texts that we know: a name, or a name and a value, every few characters. */
const KINDS = ['transcript', 'code', 'readme', 'prose', 'uuid', 'ISO date', 'names in code', 'placeholders'];

const { values } = parseArgs({ options: { 'only-ours': { type: 'boolean', default: false } } });
const ofKind = new Map<string, string[]>();
for (const { kind, text } of negatives()) {
  const texts = ofKind.get(kind) ?? [];
  ofKind.set(kind, texts);
  if (texts.length < STRINGS) texts.push(JSON.parse(JSON.stringify(text)));
}
const mixed = Array.from({ length: STRINGS }, (_, i) => {
  const texts = ofKind.get(MIXED[i % MIXED.length] ?? '') ?? [];
  return texts[Math.floor(i / MIXED.length) % Math.max(1, texts.length)] ?? '';
});

const scanners = values['only-ours'] ? [ours()] : [ours(), secretlint(), langsmith()];
process.stdout.write('MB/s'.padEnd(48));
for (const { name } of scanners)
  process.stdout.write(name.split('/').at(-1)?.slice(0, 24).padStart(28) ?? '');
process.stdout.write('\n');
await row('mixed', mixed);
const capture = ours();
await row('transcript, where nothing is found', (ofKind.get('transcript') ?? []).filter(isLeftAlone));
for (const kind of KINDS) await row(kind, ofKind.get(kind) ?? []);

async function row(name: string, texts: readonly string[]): Promise<void> {
  process.stdout.write(`  ${name}`.padEnd(48));
  for (const scanner of COMPARED.has(name) ? scanners : scanners.slice(0, 1)) {
    await megabytesPerSecond(scanner, texts, WARM_UP_SECONDS);
    const speed = await megabytesPerSecond(scanner, texts, SECONDS);
    process.stdout.write(speed.toFixed(1).padStart(28));
  }
  process.stdout.write('\n');
}

function isLeftAlone(text: string): boolean {
  const out = capture.run(text);
  return typeof out === 'object' && out !== null && 'text' in out && out.text === text;
}

async function megabytesPerSecond(
  scanner: Scanner,
  texts: readonly string[],
  seconds: number,
): Promise<number> {
  let characters = 0;
  const start = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  while (spent() < seconds) {
    for (const text of texts) {
      const result = scanner.run(text);
      // Awaiting what is there already would be measured too.
      if (result instanceof Promise) await result;
      characters += text.length;
    }
  }
  return characters / 1e6 / spent();
}
