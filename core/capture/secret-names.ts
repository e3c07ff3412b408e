/**
 * Decides from a name alone (a JSON key, a variable, a header, a flag) whether what it names is a secret.
 *
 * @module
 */

/**
 * `password`: people choose it, so any word may be one. `token`: machines make it, so a plain word or a small number
 * is something else.
 */
export type SecretKind = 'password' | 'token';

const PASSWORDS = [
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'passcode',
  'pwd',
  'passwort',
  'kennwort',
  'wachtwoord',
  'storepass',
  'keypass',
  'requirepass',
  'sshpass',
];
const TOKENS = [
  'secret',
  'secrets',
  'token',
  'apikey',
  'apikeys',
  'accesskey',
  'secretkey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'accountkey',
  'masterkey',
  'sharedkey',
  'authkey',
  'subscriptionkey',
  'instrumentationkey',
  'credential',
  'credentials',
  'authorization',
  'cookie',
  'cookies',
  'jwt',
  'connectionstring',
];

/** A key is a secret by what it is for: `api_key` is, `primary_key` and `cache_key` are not. */
const KEY_OWNERS = new Set(
  `api access secret private signing encryption decryption auth account master service ssh deploy subscription shared
  storage function functions session symmetric hmac webhook app application admin root consumer write read ingest
  license rsa pgp gpg fernet preshared aes bot instrumentation ingestion`.split(/\s+/),
);
/** `DB_PASS` is a password, `first_pass` and AgentV's `pass` are not. */
const PASS_OWNERS = new Set(
  `db database smtp mysql pg postgres postgresql redis ftp sftp user admin root ldap mail email imap mqtt rabbitmq amqp
  proxy keystore truststore ssh sudo http basic auth login mongo mongodb registry jdbc become vault cert key store wifi
  vpn bind svc sa client encrypt backup master wp git api account oracle mssql sql broker elastic es kibana grafana
  jenkins nexus docker npm deploy mailer smb nfs snmp wpa`.split(/\s+/),
);
/** Tokens that are counted or delimit text, not kept. */
const TOKEN_INNOCENTS = new Set(
  `max min total num number next prev previous page per stop eos bos pad unk sep cls mask end start special input output
  prompt completion first last each cached reasoning n continuation delimiter text word sub thinking is has uses use
  needs requires no without missing invalid expired design count cancellation cancel lexer parser`.split(
    /\s+/,
  ),
);
/** Twelve words or more that open a wallet. */
const PHRASE_OWNERS = new Set(['seed', 'recovery', 'backup', 'mnemonic', 'wallet']);
/** A personal access token: `GITHUB_PAT`. */
const PAT_OWNERS = new Set(
  'github gh gitlab gl azure devops ado azdo git bitbucket ci vsts repo airtable'.split(' '),
);
const TOKENS_OWNERS = new Set('api access auth refresh bearer secret id session user service bot'.split(' '));
/** Words that say which of several, or how it is written, and leave the kind of thing as it is. */
const TRAILERS = new Set(
  `value val values prod production dev development test staging stage live base b hex raw text plain plaintext str
  string old new current default primary secondary header env`.split(/\s+/),
);
const NEGATIONS = new Set([
  'no',
  'has',
  'is',
  'use',
  'uses',
  'show',
  'hide',
  'forgot',
  'reset',
  'require',
  'requires',
  'without',
  'missing',
]);

/** The words of an identifier in snake, kebab, dot or camel case, lower-cased: `X-APIKey2` → `x`, `api`, `key`, `2`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Za-z])([0-9])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const cache = new Map<string, SecretKind | undefined>();
const CACHE_LIMIT = 4096;
const LONGEST_NAME = 128;

/** What kind of secret the name announces; `undefined` for names of anything else. */
export function secretKind(name: string): SecretKind | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  if (cache.has(name)) return cache.get(name);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  const kind = judge(wordsOf(name));
  cache.set(name, kind);
  return kind;
}

function judge(all: readonly string[]): SecretKind | undefined {
  const words = [...all];
  while (words.length > 1 && isTrailer(words.at(-1))) words.pop();
  const last = words.at(-1);
  if (last === undefined) return undefined;
  const before = words.at(-2) ?? '';
  const first = words.length > 1 ? (words[0] ?? '') : '';

  if (NEGATIONS.has(first)) return undefined;
  if (PASSWORDS.some((word) => last.endsWith(word))) return 'password';
  // People choose these too: JWT_SECRET, client_secret.
  if (last === 'secret' && words.length > 1) return 'password';
  if (last === 'pw' || last === 'psk') return 'password';
  if (last === 'hash' && PASSWORDS.includes(before)) return 'password';
  if (last === 'pass' && PASS_OWNERS.has(before)) return 'password';
  if (last === 'token' && words.some((word) => TOKEN_INNOCENTS.has(word))) return undefined;
  if (last === 'tokens') return TOKENS_OWNERS.has(before) ? 'token' : undefined;
  if (TOKENS.some((word) => (word.length >= 5 ? last.endsWith(word) : last === word))) return 'token';
  if (
    (last === 'key' || last === 'keys') &&
    (KEY_OWNERS.has(before) || (before.length > 4 && before.endsWith('api')))
  )
    return 'token';
  if (last === 'id' && before === 'key' && words.at(-3) === 'access') return 'token';
  if (last === 'mnemonic' || (last === 'phrase' && PHRASE_OWNERS.has(before))) return 'password';
  if (last === 'pat' && words.some((word) => PAT_OWNERS.has(word))) return 'token';
  if ((last === 'session' || last === 'sid') && before === 'gitlab') return 'token';
  // A kubeconfig's `client-key-data`.
  if (last === 'data' && before === 'key' && words.at(-3) === 'client') return 'token';
  if (last === 'connection' && all.at(words.length) === 'string') return 'token';
  return undefined;
}

function isTrailer(word: string | undefined): boolean {
  return word !== undefined && (TRAILERS.has(word) || /^\d+$/.test(word));
}
