/**
 * Labelled texts: a secret of a known rule in a carrier.
 *
 * @module
 */
import { ruleClasses } from '../../core/capture/rules/index.ts';
import { CARRIERS, type Carrier, ENCODED_CARRIERS } from './carriers.ts';
import { type Generator, OTHER_GENERATORS } from './generators/others.ts';
import { TOKEN_TEMPLATES } from './generators/tokens.ts';
import { createRandom, fill, type Random } from './random.ts';

export interface Labelled {
  readonly rule: string;
  readonly class: string;
  readonly carrier: string;
  readonly text: string;
  readonly secret: string;
}

/** Classes whose members are made readable rather than hidden. */
const PATHS = 'host paths';

export const GENERATORS: ReadonlyMap<string, Generator> = new Map([
  ...Object.entries(OTHER_GENERATORS),
  ...Object.entries(TOKEN_TEMPLATES).map(([id, templates]): [string, Generator] => [
    id,
    (random) => fill(random.pick(templates), random),
  ]),
]);

/** Built-in rules that nobody has written a generator for. */
export function rulesWithoutGenerator(): string[] {
  return Object.values(ruleClasses())
    .flat()
    .map(({ id }) => id)
    .filter((id) => !GENERATORS.has(id));
}

/** Generators of rules that are gone or renamed. */
export function generatorsWithoutRule(): string[] {
  const ids = new Set(
    Object.values(ruleClasses())
      .flat()
      .map(({ id }) => id),
  );
  return [...GENERATORS.keys()].filter((id) => !ids.has(id));
}

export interface Instance {
  readonly rule: string;
  readonly class: string;
  /** With what must stand around the secret for it to be known. */
  readonly text: string;
  readonly secret: string;
}

export function instanceOf(rule: string, name: string, random: Random): Instance {
  const generate = GENERATORS.get(rule);
  if (generate === undefined) throw new Error(`no generator for ${rule}`);
  const marked = generate(random);
  const secret = /«([\s\S]*)»/.exec(marked)?.[1] ?? marked;
  return { rule, class: name, text: marked.replace(/[«»]/g, ''), secret };
}

export interface LabelledSettings {
  readonly seed: number;
  /** Of each rule in each carrier. */
  readonly each: number;
  /** Every how manieth carrier; 1 for all. */
  readonly stride?: number;
}

/** The positive set: every rule in every carrier that fits it. */
export function* labelled({ seed, each, stride = 1 }: LabelledSettings): Generator_<Labelled> {
  const random = createRandom(seed);
  let turn = 0;
  for (const [name, rules] of Object.entries(ruleClasses())) {
    for (const { id } of rules) {
      if (!GENERATORS.has(id)) continue;
      for (const carrier of carriersFor(id, name)) {
        turn += 1;
        if (turn % stride !== 0) continue;
        for (let n = 0; n < each; n += 1) yield inCarrier(instanceOf(id, name, random), carrier);
      }
    }
  }
}
type Generator_<Item> = globalThis.Generator<Item>;

export function inCarrier(instance: Instance, carrier: Carrier): Labelled {
  const { rule, secret } = instance;
  return { rule, class: instance.class, carrier: carrier.name, text: carrier.carry(instance.text), secret };
}

/** Only secrets are looked for inside encodings: a path or an address in base64 is left to be. */
export function carriersFor(rule: string, name: string): readonly Carrier[] {
  const isMultiline = MULTILINE.has(rule);
  return CARRIERS.filter(
    (carrier) =>
      !(isMultiline && carrier.oneLine) &&
      !(ENCODED_CARRIERS.includes(carrier) && (name === PATHS || name === 'personal data')),
  );
}

const MULTILINE = new Set([
  'private-key',
  'private-key-part',
  'ansible-vault',
  'putty-private-key',
  'private-key-log',
  'named-csv-column',
  'named-csv-pair',
  'named-line',
  'named-rest-of-line',
  'named-table-column',
  'named-copy-column',
  'protocol-auth',
  'ftp-pass',
  'prompt-answer',
]);
