/**
 * Secrets that people tell in sentences, in several languages: “the password is …”, “Das Passwort lautet …”.
 *
 * @module
 */
import { isPlaceholder } from '../placeholders.ts';
import { secretKind } from '../secret-names.ts';
import { isSecretText } from '../secret-values.ts';
import { isMadeWord, looksMade } from './named-values.ts';
import type { Rule } from './rule.ts';

/** “the password is 4711007”: a number is chosen, where “the key is 4096” is a length. */
function isDigitsOfPassword(sentence: string, value: string): boolean {
  return /^(?:pass|pwd)/i.test(sentence) && /^\d{6,}$/.test(value);
}

/** Letters only, yet no word: their case changes again and again. */
function changesCase(value: string): boolean {
  return /^[A-Za-z]{10,}$/.test(value) && (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
}

const LENGTH =
  /^\d+(?:[a-z]{1,7}|(?:kilo|mega|giga)?bytes|characters|(?:milli|micro|nano)seconds|[A-Z]{1,3}|[A-Z][a-z]{1,6})$/;

/** The names of methods, versions, addresses, dates: nothing that is told as a password. */
const TECHNICAL =
  /^(?:sha-?\d{1,3}|md[45]|utf-?(?:8|16)|base-?\d\d|aes-?\d{3}|rsa-?\d{4}|rfc-?\d{4}|iso-?\d{4,5}|oauth-?2|pbkdf2|argon2\w{0,2}|[hre]s(?:256|384|512)|ed25519)(?![A-Za-z0-9])|^v?\d+[.:]\d|^[\w.+-]+@[\w-]+\.[a-z]|^[a-z]+:\/\/|^\d{4}-\d\d-/i;

/** Whether a value that a sentence names looks made: letters and digits, or letters of changing case. */
function isStated(value: string, sentence: string): boolean {
  const isMade = /\d/.test(value)
    ? /[A-Za-z]/.test(value) || isDigitsOfPassword(sentence, value)
    : changesCase(value);
  return (
    isMade &&
    !LENGTH.test(value) &&
    !/^(?:sha|md|utf|base)-?\d{1,3}-/i.test(value) &&
    !/^(?:\.{0,2}\/|[a-z]{1,16}\/)|\(|^[a-z]{2}-[a-z]{4,9}-\d$/.test(value)
  );
}

/** In other languages the words around tell less, so that the value must tell more. */
function isTold(value: string): boolean {
  const isMade = (/\d/.test(value) && /[A-Za-z]/.test(value)) || changesCase(value);
  return (
    isMade &&
    !LENGTH.test(value) &&
    !TECHNICAL.test(value) &&
    !isPlaceholder(value) &&
    !/^[.~$%]?\/|\(|^[a-z]{1,16}\/|^\d+-?[a-z]+$/i.test(value)
  );
}

/** “what they pass to run2x”: a verb, unless somebody sets a pass. */
function isVerb({ 0: found, index, input }: RegExpExecArray): boolean {
  return (
    /^pass (?:to|on|in)\b/i.test(found) &&
    !/\b(?:[sS]et|[cC]hanged?|[rR]eset|[uU]pdated?)(?: [\w.-]{1,16}){0,3} $/.test(
      input.slice(Math.max(0, index - 48), index),
    )
  );
}

const SECRET_WORD = '(?:password|passwd|passphrase|passcode|pwd|token|secret|key|credentials?)';
/** What sentences put around a value, and the value. */
const VALUE = String.raw`(?:["'\x60„“«「『] ?)?([^\s"'\x60<>,;)\x80-\uffff]{6,256}(?<![.:!?]))`;
/** Its own line, as text or as an escape in a string. */
const BREAK = String.raw`[ \t]{0,4}(?:\r?\n|\\{1,3}n)(?:>? ?(?:\r?\n|\\{1,3}n)){0,2}[ \t]{0,8}`;

export const namedProseRules = (): readonly Rule[] => [
  {
    id: 'named-sentence',
    description: 'A sentence that says what a secret is',
    tag: 'secret',
    keywords: ['pass', 'pwd', 'secret', 'token', 'key', 'credential'],
    follows: { next: ' ', afterBlanks: 'iwtfo=' },
    pattern:
      /[A-Za-z]{3,12}(?: (?:is|was|will be|to)[ \t]{0,2}:?| (?:for|of) [^\s:]{1,64}:| (?:for|of|on|to|in)(?: [\w.-]{1,32}){1,3} is:?)[ \t]{1,2}["'`]?([^\s"'`<>,;)]{6,256}(?<![.:!?]))/dy,
    check: (match, value) =>
      /^(?:password|passwd|pass|pwd|passphrase|passcode|secret|token|key|credentials?)$/i.test(
        match[0].split(' ', 1)[0] ?? '',
      ) &&
      !isVerb(match) &&
      isStated(value, match[0]),
    examples: {
      match: [
        'the password is «hunter22»!',
        'our API key is "«k-12345678»"',
        'set the password to «Tr0ub4dor»',
        'password for admin: «hunter22»',
        'the password is «7xFfYuNGLIZt»',
        'the password is «InqYvvOHpDJnkzhDTjTk»',
        'the db pass is «hunter22»',
        'the password is «48150023»',
        'password for admin: «9seqfzzmolxi»',
        'My root password for the DB is "«C0m3t-8717!x»", connect',
        'I changed the pass to «C0m3t-8717» yesterday',
      ],
      noMatch: [
        'the token is invalid',
        'Flags to pass to StartServiceByName (none)',
        '# pass to modnames2paths:',
        'the password for the db is sha256-hashed',
        'the key is 128bits',
        'the key is 4096Bits',
        'the key is user_name',
        'password is required',
        'replicates a secret to eu-west-3.',
        'The API key is arn:aws:secretsmanager:eu-west-1:000000000000:secret:prod/api_key — put it there',
        'set API_KEY to vault:secret/data/prod#API_KEY1 in Vercel',
      ],
    },
  },
  {
    id: 'named-sentence-latin',
    description: 'A sentence in German, French, Spanish, Portuguese or Dutch that says what a password is',
    tag: 'secret',
    keywords: ['passwort', 'kennwort', 'mot de passe', 'contrase', 'senha', 'wachtwoord'],
    pattern: new RegExp(
      String.raw`(?:passwort|kennwort|mot de passe|contrase(?:ñ|n)a|senha|wachtwoord)(?: [^\s:=,;]{1,24}){0,4}?(?: ?:| (?:lautet|ist|est|es|é|è|is))[ \xa0]{1,2}${VALUE}`,
      'diy',
    ),
    check: (_, value) => isTold(value),
    examples: {
      match: [
        'Das Passwort lautet «lIHu_rs!jy5C_Ry!m^Q!0» und der Benutzer ist admin.',
        'Das Kennwort für die Datenbank ist «turtle57winter»',
        'Le mot de passe est : «C0m3t-8717», merci de le changer.',
        'mot de passe : «C0m3t-8717»',
        'La contraseña del servidor es «C0m3t-8717»',
        'A senha do banco é «C0m3t-8717», não compartilhe.',
      ],
      noMatch: [
        'Das Passwort ist falsch',
        'Das Passwort ist SHA256-verschlüsselt',
        'Le mot de passe est obligatoire.',
        'La contraseña es opcional',
        'Das Passwort muss mindestens 8 Zeichen lang sein',
        'mot de passe : 8caracteres',
      ],
    },
  },
  {
    id: 'named-sentence-italian',
    description: 'A sentence in Italian that says what a password is',
    tag: 'secret',
    keywords: ['password'],
    // Italian takes the English word.
    needs: ' è ',
    pattern: new RegExp(String.raw`password(?: [^\s:=,;]{1,24}){0,4}? è ${VALUE}`, 'diy'),
    check: (_, value) => isTold(value),
    examples: {
      match: ['La password del db è «C0m3t-8717»', 'la password è «C0m3t-8717»'],
      noMatch: ['La password è obbligatoria', 'La password è SHA256'],
    },
  },
  {
    id: 'named-sentence-other',
    description:
      'A sentence in Polish, Turkish, Russian, Ukrainian, Chinese, Japanese or Korean that says what a password is',
    tag: 'secret',
    // Keywords are ASCII. A text of Latin-1 holds none of these letters, which the pattern knows without reading it.
    keywords: [],
    pattern: new RegExp(
      String.raw`(?:[Hh]asł[oa]|[Şş]ifre(?:niz)?|[Пп]арол[ья]|密[码碼]|パスワード|비밀번호)(?: [^\s:：=]{1,20}){0,3}?(?: ?[:：=]| ?(?:是|为|為|は|이|는)[:：]?| (?:to|это|brzmi)[:：]?)[ \t]{0,2}${VALUE}`,
      'dg',
    ),
    check: (_, value) => isTold(value),
    examples: {
      match: [
        'Hasło do bazy: «C0m3t-8717»\nUżytkownik: app',
        'hasło: «C0m3t-8717»',
        'Пароль от сервера: «C0m3t-8717»',
        '数据库密码是 «C0m3t-8717» ，请不要外传',
        'パスワードは「«C0m3t-8717»」です',
        'パスワードは «C0m3t-8717»',
      ],
      noMatch: [
        'Hasło: wymagane',
        'Пароль: не менее 8 символов',
        '密码是 SHA256 加密的',
        'パスワードは8文字以上',
      ],
    },
  },
  {
    id: 'named-use-as',
    description: 'A value that somebody says to use as a password or key',
    tag: 'secret',
    keywords: [' as the ', ' as my ', ' as your ', ' as our '],
    pattern: new RegExp(
      String.raw`(?<=\b[Uu]s(?:e|ing) ["'\x60]?([^\s"'\x60<>]{6,256})["'\x60]?) as (?:the|my|your|our) (?:[\w.-]{1,24} ){0,4}${SECRET_WORD}\b`,
      'diy',
    ),
    group: 1,
    check: (_, value) => isTold(value),
    examples: {
      match: [
        'Use «C0m3t-8717!» as the password for the admin account.',
        'Use `«a51d48c57355d1c2»` as the Datadog API key for now',
      ],
      noMatch: [
        'Use SHA256 as the key',
        'use user_id as the key',
        'Use `sha256-hash` as the cache key',
        'Use process.env.KEY2() as the token',
      ],
    },
  },
  {
    id: 'named-next-line',
    description: 'A value on a line of its own, under a line that says what it is',
    tag: 'secret',
    keywords: ['passw', 'passphrase', 'token', 'secret', 'key', 'credential'],
    follows: { next: ' :?', afterBlanks: 'ifto' },
    pattern: new RegExp(
      String.raw`${SECRET_WORD}(?: (?:for|of|to|on|in) [\w.-]{1,32}){0,2}(?: is)?[:?]${BREAK}(?:it'?s |it is )?["'\x60]?([\w+/=.~%!@#$^&*-]{8,256}?)["'\x60]?[ \t]{0,4}(?=\r?\n|\\{1,3}n|["']|$)`,
      'diy',
    ),
    check: (match, value) =>
      /\b(?:my|the|our|your|new|this)(?: [\w.-]{1,24}){0,4} $/i.test(
        match.input.slice(Math.max(0, match.index - 96), match.index),
      ) &&
      isTold(value) &&
      looksMade(value) &&
      (/^passw/i.test(match[0]) || !/^[A-Z]?[a-z]+\d{1,3}$/.test(value)),
    examples: {
      match: [
        "Here's my Datadog API token:\n\n«a51d48c57355d1c2»\n\nCan you check it?",
        'the Stripe secret for prod is:\n  «a51d48c57355d1c2»\n\nRegards',
        "> what's the Cohere API key?\nit's «DLph5T6Se16if5tsvTQ20tvmtPJvUa»\n",
        '{"text":"Here\'s my API token:\\n\\n«a51d48c57355d1c2»\\n\\nCan you"}',
      ],
      noMatch: [
        'the token:\n\nReturns404\nwhen',
        'token:\n  a51d48c57355d1c2\n',
        'Where is the key?\n\nsrc/keys2.ts\n',
        'the cache key:\n\nuser_id\n',
      ],
    },
  },
  {
    id: 'named-bold',
    description: 'A name in bold type and its value as code',
    tag: 'secret',
    keywords: [':** `', '**: `'],
    pattern: /(?<=\*\*([A-Za-z][\w .-]{1,63}))(?::\*\*|\*\*:) `([^`\r\n]{6,512})(?=`)/dy,
    group: 2,
    check: ({ 1: name = '' }, value) =>
      secretKind(name) !== undefined &&
      isSecretText(name, value, 'quoted') &&
      (looksMade(value) || isMadeWord(value)) &&
      isTold(value),
    examples: {
      match: ['- **Datadog API key:** `«a51d48c57355d1c2»`', '**DB password**: `«C0m3t-8717»`'],
      noMatch: ['- **Token:** `string`', '- **API key:** `process.env.KEY`', '- **Region:** `eu-west-1`'],
    },
  },
];
