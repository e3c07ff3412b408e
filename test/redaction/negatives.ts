/**
 * Texts without a secret: what looks like one, and real text of the kinds that agents read and write.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNS } from '../support/runs.ts';
import { createRandom, fill, type Random, uuid } from './random.ts';

export interface Negative {
  readonly kind: string;
  readonly text: string;
}

/** A string of a transcript. */
const STRING = 2_048;
/** Of each kind that is made. */
const MADE_BYTES = 100_000;
/** Of each kind that is read. */
const READ_BYTES = 700_000;
const MODULES = join(import.meta.dirname, '..', '..', 'node_modules');
const REPOSITORY = join(import.meta.dirname, '..', '..');

/** All of them, some 4 MB, always the same. */
export function* negatives(): Generator<Negative> {
  const random = createRandom(20_261_120);
  for (const [kind, make] of Object.entries(LOOKALIKES)) {
    yield* repeated(kind, MADE_BYTES, () => make(random));
  }
  yield* repeated('prose', MADE_BYTES, () => random.pick(PROSE));
  yield* transcripts();
  yield* real('code', /\.m?js$/, 60);
  yield* real('minified code', /\.min\.m?js$|\.umd\.js$|\.production\.js$/, 40);
  yield* real('declarations', /\.d\.ts$/, 40);
  yield* real('readme', /^readme\.md$/i, 200);
  yield* real('changelog', /^(?:changelog|history)\.md$/i, 100);
  yield* real('license', /^licen[cs]e(?:\.md|\.txt)?$/i, 200);
  yield* pieces(
    'lock file',
    readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8').slice(0, READ_BYTES),
  );
}

function* repeated(kind: string, bytes: number, make: () => string): Generator<Negative> {
  let text = '';
  for (let made = 0; made < bytes; ) {
    const next = `${make()}\n`;
    made += next.length;
    text += next;
    if (text.length >= STRING) {
      yield { kind, text };
      text = '';
    }
  }
  if (text !== '') yield { kind, text };
}

const LOOKALIKES: Readonly<Record<string, (random: Random) => string>> = {
  uuid: (random) => `request ${uuid(random)} took 12 ms, trace_id=${fill('{H32}', random)}`,
  'git hash': (random) => `commit ${fill('{H40}', random)}\nindex ${fill('{H7}..{H7}', random)} 100644`,
  sha256: (random) => `sha256:${fill('{H64}', random)}  dist/main.js\n${fill('{H64}', random)} *file.tar.gz`,
  integrity: (random) => `"integrity": "sha512-${random.bytes(64).toString('base64')}",`,
  'base64 image': (random) =>
    `![plot](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${random.bytes(1_200).toString('base64')})`,
  'ISO date': (random) =>
    fill('2026-1{D1}-0{D1}T1{D1}:2{D1}:3{D1}.{D3}Z 20261120{D6} 17951701{D5} 1795170189{D9}', random).replace(
      /1(\d)-0(\d)T/,
      '11-20T',
    ),
  semver: (random) =>
    fill('lodash@4.17.{D2} node@2{D1}.{D1}.{D2} v{D1}.{D2}.{D1}-rc.{D1}+build.{D4} ^1{D1}.{D1}.0', random),
  'token counts': (random) =>
    fill(
      'max_tokens: {D4}, "token_usage": {"prompt_tokens": {D4}, "completion_tokens": {D3}}, next_token: {D5}',
      random,
    ),
  placeholders: () =>
    'API_KEY=$API_KEY SECRET=$(cat secret) password: <your-password> token: "your-token-here" apiKey: process.env.API_KEY client_secret: "{{ secret }}" password=changeme PASSWORD=******** key: "xxxxxxxxxxxxxxxxxxxxxxxx"',
  'names in code': () =>
    'function getToken(options) { return cache.get(tokenKey) ?? fetchToken(options.credentials); }\nconst passwordField = form.querySelector("#password"); if (!token.isValid()) throw new TokenError("token expired");\ntype Secret = string; interface Auth { apiKey: string; secretKey?: string }',
  'trace ids': (random) =>
    fill('traceparent: 00-{H32}-{H16}-01 span={H16} pod shop-{H10}-{l5} ETag: "{H32}"', random),
  paths: (random) =>
    fill(
      'dist/chunks/chunk-{U8}.js node_modules/.pnpm/a@1.0.0_{H8}/x.js s3://bucket/key/{H12}/part-0000{D1}.parquet',
      random,
    ),
  numbers: (random) =>
    fill('{D3}.{D6} {D2},{D3} 0x{H8} {D4}-{D4} #{D5} {D9} rows, {D2}.{D1}% of {D8} bytes', random),
};

/** A paragraph each in ten languages, with the words that rules look for. */
const PROSE: readonly string[] = [
  'The password was reset yesterday because nobody remembered it; the token had expired, and the key of the problem is that a secret is only a secret while few people know it. Please choose another one and keep it to yourself.',
  'Das Passwort wurde gestern zurückgesetzt, weil sich niemand daran erinnern konnte; der Schlüssel zum Problem ist, dass ein Geheimnis nur so lange eines ist, wie es wenige kennen. Token: abgelaufen. Bitte ein neues wählen.',
  'Le mot de passe a été réinitialisé hier, car personne ne s’en souvenait ; le jeton avait expiré. La clé du problème : un secret n’en est un que si peu de gens le connaissent. Veuillez en choisir un autre.',
  'La contraseña se restableció ayer porque nadie la recordaba; el token había caducado. La clave del problema es que un secreto solo lo es mientras pocas personas lo conocen. Elija otra y guárdela bien.',
  'La password è stata reimpostata ieri perché nessuno la ricordava; il token era scaduto. La chiave del problema è che un segreto resta tale solo finché lo conoscono in pochi. Sceglierne un’altra, per favore.',
  'A senha foi redefinida ontem porque ninguém se lembrava dela; o token tinha expirado. A chave do problema é que um segredo só o é enquanto poucas pessoas o conhecem. Escolha outra e guarde-a bem.',
  'Пароль вчера сбросили, потому что его никто не помнил; токен истёк. Ключ к проблеме в том, что секрет остаётся секретом, лишь пока его знают немногие. Пожалуйста, выберите другой пароль и никому его не сообщайте.',
  '密码昨天被重置了,因为没有人记得它;令牌已经过期。问题的关键在于,只有少数人知道的秘密才是秘密。请选择另一个密码并妥善保管。',
  'パスワードは昨日リセットされました。誰も覚えていなかったからです。トークンは期限切れでした。問題の鍵は、秘密は少数の人だけが知っている間だけ秘密であるということです。別のものを選んでください。',
  'تمت إعادة تعيين كلمة المرور أمس لأن أحدا لم يتذكرها، وكان الرمز قد انتهت صلاحيته. مفتاح المشكلة أن السر لا يبقى سرا إلا ما دام القليلون يعرفونه. يرجى اختيار كلمة أخرى.',
];

/** Real transcripts, without those of the suite whose point is secrets. */
function* transcripts(): Generator<Negative> {
  for (const entry of readdirSync(RUNS, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || /secrets/.test(path) || !/\.(?:jsonl?|md|txt|yaml)$/.test(entry.name)) continue;
    yield* pieces('transcript', readFileSync(path, 'utf8'));
  }
}

/** Files of the installed packages by their names, the first so many packages in the order of the alphabet. */
function* real(kind: string, name: RegExp, packages: number): Generator<Negative> {
  let left = READ_BYTES;
  for (const folder of packageFolders().slice(0, packages * 4)) {
    for (const path of filesIn(folder, name).slice(0, 3)) {
      const text = readFileSync(path, 'utf8').slice(0, 60_000);
      yield* pieces(kind, text);
      left -= text.length;
      if (left <= 0) return;
    }
  }
}

function packageFolders(): string[] {
  return readdirSync(MODULES)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .flatMap((name) => {
      const folder = join(MODULES, name);
      return name.startsWith('@')
        ? readdirSync(folder)
            .sort()
            .map((each) => join(folder, each))
        : [folder];
    });
}

function filesIn(folder: string, name: RegExp): string[] {
  return ['', 'dist', 'lib', 'build']
    .map((part) => join(folder, part))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isFile() && name.test(entry.name))
        .map((entry) => join(path, entry.name)),
    )
    .sort();
}

/**
 * Addresses of authors are personal data and rightly found, and so are the documentation's own example keys: neither
 * belongs into a set of texts where nothing is to be found.
 */
function isClean(line: string): boolean {
  return !/[^\s@<]@[\w-]+\.[\w.-]*[a-z]{2}|\bmailto:|EXAMPLEKEY|IOSFODNN7EXAMPLE/i.test(line);
}

function* pieces(kind: string, text: string): Generator<Negative> {
  const clean = text.split('\n').filter(isClean).join('\n');
  for (let at = 0; at < clean.length; at += STRING)
    yield { kind, text: clean.slice(at, at + STRING).toWellFormed() };
}
