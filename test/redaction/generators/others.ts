/**
 * True instances of what a template cannot make: checksums, encodings, several lines.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { DIGITS, fill, LOWER, type Random, UPPER } from '../random.ts';

/** Gives a text with its secret between « and », or a text that is all secret. */
export type Generator = (random: Random) => string;

export const OTHER_GENERATORS: Readonly<Record<string, Generator>> = {
  'age-key': (random) => `AGE-SECRET-KEY-1${random.text('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`,
  'ansible-vault': (random) =>
    `«$ANSIBLE_VAULT;1.1;AES256\n${Array.from({ length: 5 }, () => `          ${random.text(DIGITS.slice(3, 7), 80)}`).join('\n')}»`,
  'private-key': (random) => {
    const [kind, length] = random.pick([
      ['RSA PRIVATE KEY', 1600],
      ['PRIVATE KEY', 1600],
      ['EC PRIVATE KEY', 160],
      ['OPENSSH PRIVATE KEY', 400],
      ['ENCRYPTED PRIVATE KEY', 1700],
    ] as const);
    return `-----BEGIN ${kind}-----\n${base64Lines(random, length, 64)}\n-----END ${kind}-----`;
  },
  'private-key-part': (random) =>
    `«-----BEGIN RSA PRIVATE KEY-----\n${base64Lines(random, 600, 64)}»\n[output truncated]`,
  jwt: (random) => {
    const header = { alg: random.pick(['HS256', 'RS256', 'ES256']), typ: 'JWT' };
    const payload = { sub: fill('{D10}', random), iat: 1_700_000_000 + random.int(0, 1e6), role: 'admin' };
    return `${base64Url(header)}.${base64Url(payload)}.${fill('{W43}', random)}`;
  },
  'http-basic': (random) =>
    `Authorization: Basic «${Buffer.from(fill('svc-{l4}:{A16}', random)).toString('base64')}»`,
  'registry-auth': (random) => {
    const auth = Buffer.from(fill('{l6}:{A20}', random)).toString('base64');
    return random.pick([
      `"auths": {"registry.test": {"auth": "«${auth}»"}}`,
      `//registry.test/:_auth=«${auth}»`,
    ]);
  },
  'password-hash': (random) =>
    random.pick<() => string>([
      () => `$2b$12$${fill('{A53}', random)}`,
      () => `$argon2id$v=19$m=65536,t=3,p=4$${fill('{B22}', random)}$${fill('{B43}', random)}`,
      () => `$6$${fill('{A16}', random)}$${fill('{A86}', random)}`,
      () => `pbkdf2_sha256$600000$${fill('{A22}', random)}$${fill('{B43}', random)}=`,
    ])(),
  'private-key-base64': (random) => {
    const lines = base64Lines(random, 1200, 64);
    return Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${lines}\n-----END RSA PRIVATE KEY-----\n`).toString(
      'base64',
    );
  },
  'putty-private-key': (random) =>
    `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: shop\nPublic-Lines: 2\n${base64Lines(random, 51, 64)}\nPrivate-Lines: 4«\n${base64Lines(random, 160, 64)}\n»Private-MAC: ${random.text('0123456789abcdef', 64)}`,
  'private-key-log': (random) => {
    const time = (line: string): string => fill(`2026-11-20T10:21:3{D1}.{D7}Z ${line}`, random);
    const lines = base64Lines(random, 600, 64).split('\n');
    return `${time('-----BEGIN RSA PRIVATE KEY-----')}«\n${[...lines, '-----END RSA PRIVATE KEY-----'].map(time).join('\n')}»`;
  },
  'protocol-auth': (random) =>
    random.pick([
      () =>
        `250 AUTH PLAIN LOGIN\r\nAUTH PLAIN «${Buffer.from(fill('\0jane\0{A14}', random)).toString('base64')}»\r\n235 ok`,
      () => fill('127.0.0.1:6379> AUTH «{A14}»\nOK', random),
      () => fill('127.0.0.1:6379> AUTH jane «{A14}»\nOK', random),
    ])(),
  // wallets
  'key-numbers': (random) => `$ cat ~/.config/solana/id.json\n«[${[...random.bytes(64)].join(',')}]»\n`,
  'recovery-phrase': (random) => {
    const phrase = Array.from({ length: random.pick([12, 24]) }, () => random.pick(BIP39_WORDS)).join(' ');
    return random.pick([`MNEMONIC="«${phrase}»"`, `{"mnemonic": "«${phrase}»"}`, `seed phrase: «${phrase}»`]);
  },
  'wallet-extended-key': (random) => extendedKey(random),
  'bitcoin-key': (random) => `WIF: «${importKey(random)}»`,
  'wallet-account-key': (random) => `accounts: ["«0x${random.text('0123456789abcdef', 64)}»"]`,
  'nostr-key': (random) => `nsec1${random.text('qpzry9x8gf2tvdw0s3jn54khce6mua7l', 58)}`,
  'discord-bot-token': (random) => {
    const bot = Buffer.from(fill('1{D18}', random)).toString('base64').replace(/=+$/, '');
    return fill(`${bot}.G{A5}.{W38}`, random);
  },
  // personal data
  email: (random) =>
    `${random.text(LOWER, random.int(3, 8))}.${random.text(LOWER, random.int(3, 9))}@${random.pick(['acme-corp.com', 'mail.globex.co.uk', 'initech.de', 'umbrella.io'])}`,
  'payment-card': (random) => cardNumber(random),
  'us-ssn': (random) =>
    `SSN «${random.int(100, 665)}-${String(random.int(1, 99)).padStart(2, '0')}-${String(random.int(1, 9999)).padStart(4, '0')}»`,
  iban: (random) => iban(random),
  phone: (random) =>
    random.pick([
      () => fill('+1 (415) 555-{D4}', random),
      () => fill('+49 30 {D8}', random),
      () => fill('+44 20 79{D2} {D4}', random),
      () => fill('+3361234{D4}', random),
    ])(),
  'public-ipv4': (random) =>
    `client «${random.pick([34, 52, 91, 146, 185, 212])}.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(1, 254)}» connected`,
  'us-ssn-labelled': (random) => {
    const number = `${random.int(100, 665)}${random.int(10, 99)}${random.int(1000, 9999)}`;
    return random.pick([`ssn=«${number}»`, `"ssn": "«${number}»"`, `Social Security Number: «${number}»`]);
  },
  'public-ipv6': (random) =>
    `client «${random.pick(['2a00:1450', '2606:4700', '2001:4860'])}:${Array.from({ length: 6 }, () => random.text('123456789abcdef', 4)).join(':')}» connected`,
  'phone-national': (random) =>
    random.pick([
      () => fill('call «(202) 555-{D4}» now', random),
      () => fill('call «06 12 34 {D2} {D2}» now', random),
    ])(),
  'phone-labelled': (random) =>
    random.pick([() => fill('Phone: «202555{D4}»', random), () => fill('Tel.: «030 {D8}»', random)])(),
  // host paths
  'remote-home-path': (random) =>
    `vscode-remote://${random.pick(['wsl+Ubuntu', 'ssh-remote%2Bbox'])}«/home/${random.text(LOWER, 7)}»/shop`,
  'windows-old-home-path': (random) => `C:\\«Documents and Settings\\${random.text(LOWER, 7)}»\\a.txt`,
  'encoded-home-path': (random) => `path=«%2Fhome%2F${random.text(LOWER, 7)}»%2Fx`,
  'project-home-path': (random) => `~/.claude/projects/«-Users-${random.text(LOWER, 7)}»-shop`,
  'unc-home-path': (random) => `«\\\\srv\\Users\\${random.text(LOWER, 7)}»\\a`,
  'home-path': (random) => `«/home/${random.text(LOWER, 7)}»/src/a.ts`,
  'root-path': () => 'cat «/root»/.ssh/id_ed25519',
  'windows-home-path': (random) => `«C:\\Users\\${random.text(LOWER, 7)}»\\a.txt`,
  'ci-workspace-path': (random) => {
    const name = random.text(LOWER, 6);
    return `«/home/runner/work/${name}/${name}»/src/a.ts`;
  },
  'windows-ci-workspace-path': (random) => {
    const name = random.text(LOWER, 6);
    return `«D:\\a\\${name}\\${name}»\\src`;
  },
};

function base64Lines(random: Random, bytes: number, width: number): string {
  const text = random.bytes(bytes).toString('base64');
  return text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? text;
}

/** @see https://github.com/bitcoin/bips/blob/master/bip-0039/english.txt */
const BIP39_WORDS =
  `abandon ability able about above absent absorb abstract absurd abuse access accident camera camp canal cancel candy
  cannon canoe canvas dinner dinosaur direct dirt disagree discover elbow elder electric elegant fabric face faculty fade
  glance glare glass glide hidden high hill hint jungle junior junk knife lamp language laptop large nephew nerve nest
  palace palm panda quantum quarter question ribbon rice rich ride saddle sadness safe table tackle tag ugly umbrella
  vacant vacuum valid wage wagon wait yellow young youth zebra zero zone zoo`.split(/\s+/);

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/**
 * Version, depth, fingerprint, number, chain code and key, with the checksum of Base58Check.
 *
 * @see https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki#serialization-format
 */
function extendedKey(random: Random): string {
  const version = random.pick(['0488ade4', '049d7878', '04b2430c', '04358394']);
  const body = Buffer.concat([
    Buffer.from(version, 'hex'),
    random.bytes(41),
    Buffer.from([0]),
    random.bytes(32),
  ]);
  return base58Check(body);
}

/** @see https://en.bitcoin.it/wiki/Wallet_import_format */
function importKey(random: Random): string {
  const key = random.bytes(32);
  return base58Check(Buffer.concat([Buffer.from([0x80]), key, Buffer.from(random.pick([[], [1]]))]));
}

function base58Check(body: Buffer): string {
  const sum = sha256(sha256(body)).subarray(0, 4);
  let number = BigInt(`0x${Buffer.concat([body, sum]).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = BASE58.charAt(Number(number % 58n)) + text;
  return text;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function base64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A number with a valid last digit, as the networks number their cards; plain or in groups. */
function cardNumber(random: Random): string {
  const [prefix, length] = random.pick([
    ['4', 16],
    ['51', 16],
    ['55', 16],
    ['37', 15],
    ['6011', 16],
  ] as const);
  const body = prefix + random.text(DIGITS, length - prefix.length - 1);
  const digits = [...body].reverse().map(Number);
  const sum = digits.reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  const number = body + String((10 - (sum % 10)) % 10);
  const separator = random.pick(['', ' ', '-']);
  if (length === 15) {
    return [number.slice(0, 4), number.slice(4, 10), number.slice(10)].join(separator);
  }
  return number.match(/\d{4}/g)?.join(separator) ?? number;
}

/** @see https://en.wikipedia.org/wiki/International_Bank_Account_Number#Generating_IBAN_check_digits */
function iban(random: Random): string {
  const [country, bban] = random.pick([
    ['DE', random.text(DIGITS, 18)],
    ['NL', `${random.text(UPPER, 4)}${random.text(DIGITS, 10)}`],
    ['GB', `${random.text(UPPER, 4)}${random.text(DIGITS, 14)}`],
    ['FR', `${random.text(DIGITS, 10)}${random.text(UPPER, 3)}${random.text(DIGITS, 10)}`],
  ] as const);
  const numeric = [...`${bban}${country}00`].map((char) => String(Number.parseInt(char, 36))).join('');
  const check = String(98n - (BigInt(numeric) % 97n)).padStart(2, '0');
  const plain = `${country}${check}${bban}`;
  return random.pick([plain, plain.match(/.{1,4}/g)?.join(' ') ?? plain]);
}
