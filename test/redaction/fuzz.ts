/**
 * `npm run fuzz:redaction`: random embeddings of labelled secrets into a real run, through the whole pipeline to the
 * stand-in. Exits with 1 when something of one of them appears in any byte that was stored, sent or printed.
 *
 * Options: `--embeddings N` (default 100,000), `--batch N` (of one run, default 10,000), `--seed N`.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { type FuzzOutcome, fuzz } from './fuzz-run.ts';
import { mask } from './measure.ts';

const { values } = parseArgs({
  options: {
    embeddings: { type: 'string', default: '100000' },
    batch: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const wanted = Number(values.embeddings);
const batch = Number(values.batch);
const leaked: FuzzOutcome['leaked'][number][] = [];
let done = 0;
for (let seed = Number(values.seed); done < wanted; seed += 1) {
  const start = performance.now();
  const outcome = await fuzz({ seed, embeddings: Math.min(batch, wanted - done) });
  done += outcome.embedded;
  leaked.push(...outcome.leaked);
  print(
    `seed ${seed}: ${outcome.embedded} secrets in ${outcome.results} results and their files, ${(outcome.bytes / 1e6).toFixed(0)} MB looked at, ` +
      `${outcome.leaked.length} leaked, ${outcome.fellBack} went metadata-only, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}

const groups = new Map<string, { n: number; example: string }>();
for (const { rule, carrier, place, where, secret } of leaked) {
  const name = `${rule} in ${carrier}`;
  groups.set(name, { n: (groups.get(name)?.n ?? 0) + 1, example: `${mask(secret)} at ${place}, ${where}` });
}
for (const [name, { n, example }] of [...groups].sort((a, b) => b[1].n - a[1].n).slice(0, 100))
  print(`  ${n} × ${name}: ${example}`);
print(`${done} embeddings, ${leaked.length} leaked`);
process.exitCode = leaked.length === 0 ? 0 : 1;
