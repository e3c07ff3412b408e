/**
 * Keys that are numbers or codes in a form of their own: JSON Web Keys, key pairs of Solana, shares of Vault's key, codes
 * that replace a second factor.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517
 * @see https://developer.hashicorp.com/vault/docs/concepts/seal
 *
 * @module
 */
import {
  ALNUM,
  END,
  FAKE_UUID,
  fake,
  HEX,
  isMixed,
  isNoPlaceholder,
  type Rule,
  tokenRule,
  UUID,
} from './rule.ts';

const NEXT_LINE = String.raw`(?:\r?\n|\\{1,7}(?:r\\{1,7})?n)`;
const TAB = String.raw`(?:\t|\\{1,7}t)`;
const CODE = '[A-Za-z0-9]{4,12}(?:[- ][A-Za-z0-9]{4,12}){0,4}';
const BULLET = String.raw`(?:[-*•] |\d{1,2}[.)] |# )?\x60?`;
const NUMBER = String.raw`\s{0,8}\d{1,3}\s{0,8}`;
/** How far the other members of a JSON Web Key may be. */
const LONGEST_KEY = 2_400;

/** Whether what stands around is a JSON Web Key: `k` is a secret of `oct` only. */
function isOfJsonWebKey({ input, index, 0: found }: RegExpExecArray): boolean {
  const around = input.slice(Math.max(0, index - LONGEST_KEY), index + LONGEST_KEY);
  const type = /"kty\\{0,7}":[ \t]{0,4}\\{0,7}"(oct|EC|RSA|OKP)\\{0,7}"/.exec(around)?.[1];
  return type !== undefined && (type === 'oct') === found.startsWith('"k');
}

/** The last line of a list has a digit: words that follow are no part of it. */
const WITH_DIGIT = '(?=[A-Za-z -]{0,40}\\d)';

function codeLine(first: string): string {
  return String.raw`${NEXT_LINE}{1,3}[ \t>+]{0,12}${BULLET}${first}${CODE}\x60?(?=[ \t]{0,8}(?:[\r\n]|\\{1,7}[nr]|\\{0,7}"|$))`;
}

/** Codes have digits, also among letters; words have none. */
function areCodes(list: string): boolean {
  const codes = list.split(/[\r\n",]|\\+[rn]/).filter((line) => /\w{4}/.test(line));
  const odd = codes.filter((code) =>
    /\d.*\d|[A-Za-z]\d|\d[A-Za-z]/.test(code.replace(/^\W{0,4}\d{1,2}[.)] /, '')),
  );
  return codes.length >= 2 && odd.length * 4 >= codes.length * 3;
}

export const keyMaterialRules = (): readonly Rule[] => [
  {
    id: 'json-web-key',
    description: 'A private number of a JSON Web Key',
    tag: 'secret',
    keywords: ['"d', '"k"', '"k\\', '"p"', '"p\\', '"q"', '"q\\', '"qi'],
    needs: 'kty',
    pattern: /"(?:d|k|p|q|dp|dq|qi)\\{0,7}":[ \t]{0,4}\\{0,7}"([A-Za-z0-9_-]{20,2048})(?=\\{0,7}")/dy,
    check: (match, value) => isMixed(value) && isOfJsonWebKey(match),
    examples: {
      match: [
        `{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"«${fake(ALNUM, 43)}»","kid":"k1"}`,
        `{"kty":"oct","k":"«${fake(ALNUM, 43)}»","alg":"HS256"}`,
        `{\\"kty\\": \\"OKP\\", \\"d\\": \\"«${fake(ALNUM, 43)}»\\"}`,
      ],
      noMatch: [
        `{"d":"${fake(ALNUM, 43)}"}`,
        `{"kty":"RSA","n":"${fake(ALNUM, 43)}","e":"AQAB"}`,
        `{"kty":"RSA","k":"${fake(ALNUM, 43)}"}`,
      ],
    },
  },
  {
    id: 'key-numbers',
    description: 'A key written as 32 or 64 bytes, as Solana keeps its key pairs',
    tag: 'secret',
    keywords: ['solana', 'keypair', 'secretkey', 'secret_key', 'privatekey', 'private_key', 'id.json'],
    pattern: new RegExp(
      String.raw`[A-Za-z_.]{6,20}[^[\]]{0,120}(\[(?:${NUMBER},){31}(?:(?:${NUMBER},){32})?${NUMBER}\])`,
      'dy',
    ),
    check: (_, value) => new Set(value.split(',')).size >= 20,
    examples: {
      match: [
        `$ cat ~/.config/solana/id.json\n«[${Array.from({ length: 64 }, (_, i) => (i * 89 + 7) % 256).join(',')}]»\n`,
        `const secretKey = Uint8Array.from(«[${Array.from({ length: 32 }, (_, i) => (i * 89 + 7) % 256).join(', ')}]»)`,
      ],
      noMatch: [
        `privateKey = [${Array.from({ length: 32 }, () => 0).join(',')}]`,
        `sizes = [${Array.from({ length: 64 }, (_, i) => i).join(',')}]`,
        'secretKey: [1,2,3]',
      ],
    },
  },
  {
    id: 'vault-output',
    description:
      'A share of the key of Vault, a secret id of its AppRole, or the row that AWS prints of a session',
    tag: 'secret',
    keywords: ['unseal key ', 'recovery key ', 'secret_id', 'credentials'],
    pattern: new RegExp(
      String.raw`(?:(?:Unseal|Recovery) Key (?:\d{1,2}|\([^)\r\n]{1,20}\)): ([A-Za-z0-9+/]{40,128}={0,2})|secret_id[ \t"'=:\\]{1,32}(${UUID})|CREDENTIALS${TAB}A(?:SIA|KIA)[A-Z0-9]{16}${TAB}[^\s\\]{1,40}${TAB}([A-Za-z0-9+/]{40}))(?![A-Za-z0-9+/-])`,
      'dy',
    ),
    check: (_, value) => isMixed(value) && isNoPlaceholder(value),
    examples: {
      match: [
        `Unseal Key 1: «${fake(ALNUM, 43)}=»\nInitial Root Token: x`,
        `Key          Value\n---          -----\nsecret_id    «${FAKE_UUID}»\n`,
        `CREDENTIALS\tASIA${'ABCDEFGH23456789'}\t2026-03-01T12:00:00+00:00\t«${fake(ALNUM, 40)}»\n`,
      ],
      noMatch: ['Unseal Key 1: missing', `secret_id_accessor    ${FAKE_UUID}`, 'CREDENTIALS\tx'],
    },
  },
  tokenRule({
    id: 'k3s-token',
    description: 'The token by which nodes join a k3s cluster',
    prefixes: ['K10'],
    body: `[a-f0-9]{64}::[a-z0-9._-]{1,64}:[A-Za-z0-9]{16,128}${END}`,
    match: [`K10${fake(HEX, 64)}::server:${fake(HEX, 32)}`],
    noMatch: ['K10', `K10${fake(HEX, 64)}`],
  }),
  {
    id: 'recovery-codes',
    description: 'A list of codes that replace a second factor',
    tag: 'secret',
    keywords: [
      'recovery code',
      'backup code',
      'recovery_code',
      'backup_code',
      'recoverycode',
      'backupcode',
      'recovery-code',
      'backup-code',
      'scratch code',
    ],
    pattern: new RegExp(
      String.raw`[a-z]{6,8}[ _-]?codes?(?:[^\r\n[\\]{0,80}((?:${codeLine('')}){1,23}${codeLine(WITH_DIGIT)})|\\{0,7}["']?[ \t]{0,4}[:=][ \t]{0,4}\[\s{0,8}((?:\\{0,7}["']${CODE}\\{0,7}["'](?:,\s{0,24})?){2,24}))`,
      'diy',
    ),
    check: (_, value) => areCodes(value),
    examples: {
      match: [
        `# GitHub recovery codes«\n${fake(HEX, 5)}-${fake(HEX, 6)}\n${fake(HEX, 7)}-${fake(HEX, 8)}»\n`,
        'Your backup codes:«\n\n1. 1234 5678\n2. 8765 4321»\n',
        `recovery codes«\n${fake(HEX, 5)}-${fake(HEX, 6)}\n${fake(HEX, 7)}-${fake(HEX, 8)}»\n shown\n# settings\n# more\n`,
        `{"recovery_codes":[«"a1b2c-3d4e5","f6a7b-8c9d0"»]}`,
        'Recovery Codes:«\\n  a1b2c-3d4e5\\n  f6a7b-8c9d0»\\n',
      ],
      noMatch: [
        'recovery codes\nshould\nbe kept',
        'backup codes:\n- first item\n- second item\n',
        '{"recoveryCodes":["string","string"]}',
        'Recovery code: none',
      ],
    },
  },
];
