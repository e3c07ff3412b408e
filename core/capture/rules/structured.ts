/**
 * Secrets known by the structure around them: key blocks, headers, URLs, signed tokens.
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import { isBasicCredential } from './credential-files.ts';
import { ALNUM, fake, HEX, type Rule, START } from './rule.ts';

/** Whether the first part of a JWT decodes to a header that names an algorithm. */
function hasJwtHeader(token: string): boolean {
  const header = Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8');
  return /^\{.*"(?:alg|enc)"\s*:/s.test(header);
}

const looksMade = (value: string): boolean =>
  (/\d/.test(value) && /[A-Za-z]/.test(value)) || value.length >= 24;

const PEM_BODY = `${fake(ALNUM, 64)}\n${fake(ALNUM, 64)}\n${fake(ALNUM, 20)}==`;
const JWT = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.eyJzdWIiOiIxIn0.${fake(ALNUM, 43)}`;

/** Without an encrypted key of its own: `alg` is `dir`. */
const JWE = `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..${fake(ALNUM, 16)}.${fake(ALNUM, 90)}.${fake(ALNUM, 22)}`;

export const structuredRules = (): readonly Rule[] => [
  {
    id: 'private-key',
    description: 'A private key block (PEM, OpenSSH, PGP), with real or escaped line ends',
    keywords: ['-----begin '],
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[^-]{0,32768}(?:-{1,4}(?!-)[^-]{0,8192}){0,16}-----END [A-Z0-9 ]{1,40}-----/y,
    examples: {
      match: [
        `«-----BEGIN RSA PRIVATE KEY-----\n${PEM_BODY}\n-----END RSA PRIVATE KEY-----»\nrest`,
        `key: "«-----BEGIN PRIVATE KEY-----\\n${PEM_BODY.replaceAll('\n', '\\n')}\\n-----END PRIVATE KEY-----»\\n"`,
        `«-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1-x\n\n${PEM_BODY}\n-----END PGP PRIVATE KEY BLOCK-----»`,
      ],
      noMatch: [
        `-----BEGIN CERTIFICATE-----\n${PEM_BODY}\n-----END CERTIFICATE-----`,
        `-----BEGIN PUBLIC KEY-----\n${PEM_BODY}\n-----END PUBLIC KEY-----`,
        'a file with a -----BEGIN PRIVATE KEY----- line',
      ],
    },
  },
  {
    id: 'private-key-part',
    description: 'The beginning of a private key block whose end is cut off',
    keywords: ['-----begin '],
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?:\s|\\{1,7}[nr]){0,4}[A-Za-z-]{3,20}: [^\n\\]{1,100}){0,4}(?:(?:\s|\\{1,7}[nr]){1,4}[ \t]{0,16}[A-Za-z0-9+/=]{16,100}){1,2000}/y,
    examples: {
      match: [`«-----BEGIN OPENSSH PRIVATE KEY-----\n${fake(ALNUM, 64)}\n${fake(ALNUM, 64)}»\n... truncated`],
      noMatch: ['-----BEGIN PRIVATE KEY----- is how it starts'],
    },
  },
  {
    id: 'jwt',
    description: 'A JSON Web Token, signed or encrypted',
    keywords: ['eyj'],
    pattern: new RegExp(
      `${START}eyJ[A-Za-z0-9_-]{8,1024}\\.(?:[A-Za-z0-9_-]{2,8192}(?:\\.[A-Za-z0-9_-]{0,4096}){0,3}|\\.[A-Za-z0-9_-]{8,64}\\.[A-Za-z0-9_-]{2,8192}\\.[A-Za-z0-9_-]{8,64})`,
      'y',
    ),
    check: (match) => hasJwtHeader(match[0]),
    examples: {
      match: [JWT, `x=«${JWT}»&y`, JWE],
      noMatch: ['eyJhbGciOiJub3RqdXN0Ijog', 'eyJoZWxsbyI6IndvcmxkIn0.abc.def', 'eyJ.eyJ.eyJ'],
    },
  },
  {
    id: 'http-bearer',
    description: 'A token after `Bearer`',
    tag: 'secret',
    keywords: ['bearer'],
    pattern: /bearer(?:[ \t]{1,4}|%20|\+)([A-Za-z0-9._~+/=-]{8,4096}(?<!\.))/diy,
    check: (_, value) => looksMade(value),
    bound: 4096,
    examples: {
      match: ['Authorization: Bearer «abc123def456»"', 'bearer «a1b2c3d4.e5f6»'],
      noMatch: [
        'Bearer authentication',
        'Bearer ey[A-Za-z0-9._-]+',
        'a bearer tokenization scheme',
        'Bearer $TOKEN',
      ],
    },
  },
  {
    id: 'http-basic',
    description: 'Credentials after `Basic`',
    tag: 'secret',
    keywords: ['basic '],
    pattern: /basic {1,4}([A-Za-z0-9+/]{6,1024}={0,2})/diy,
    check: (_, value) => isBasicCredential(value),
    examples: {
      match: [`Authorization: Basic «${Buffer.from('admin:hunter2').toString('base64')}»`],
      noMatch: ['Basic knowledge', 'basic support', 'Visual Basic programming'],
    },
  },
  {
    id: 'http-authorization',
    description: 'What follows the scheme of an `Authorization` header',
    tag: 'secret',
    keywords: ['authorization'],
    pattern:
      /authorization\\{0,7}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,7}["']?[A-Za-z][A-Za-z0-9-]{1,24}[ \t]{1,4}([^\s"'\\,;<>$]{6,4096})/diy,
    check: (_, value) => looksMade(value),
    bound: 4096,
    examples: {
      match: ['Authorization: token «a1b2c3d4e5»', '"authorization": "ApiKey «a1b2c3d4e5==»"'],
      noMatch: ['Authorization: Bearer $TOKEN', 'authorization: see below for details'],
    },
  },
  {
    id: 'http-digest',
    description: 'The response of HTTP digest authentication',
    tag: 'secret',
    keywords: ['digest '],
    pattern: /digest [^\r\n]{0,800}?response=\\{0,7}"?([a-f0-9]{32,128})/diy,
    examples: {
      match: [`Digest username="jane", realm="x", uri="/", response="«${fake(HEX, 32)}»"`],
      noMatch: ['Digest realm="x"', 'sha256 digest response=none'],
    },
  },
  {
    id: 'http-cookie',
    description: 'The value of a `Cookie` or `Set-Cookie` header',
    tag: 'secret',
    keywords: ['cookie'],
    pattern:
      /cookie\\{0,7}["']?[ \t]{0,4}:[ \t]{0,4}\\{0,7}["']?([^\s"'\\=;:,]{1,128}=(?:[^\r\n"'\\]|\\(?![nr"'])){1,4096})/diy,
    bound: 4096,
    examples: {
      match: ['Cookie: «sid=a1b2c3; theme=dark»\nHost: x', '-H "Set-Cookie: «id=42; Path=/»"'],
      noMatch: ['cookie: a small file', 'cookies: none'],
    },
  },
  {
    id: 'url-password',
    description: 'The password in the user part of a URL or connection string',
    tag: 'secret',
    keywords: ['://'],
    pattern: /:\/\/[^\s/?#@:"'<>\\]{0,256}:([^\s/?#"'<>\\]{1,512})(?=@)/dy,
    check: (_, value) => isSecretText('password', value, 'quoted'),
    examples: {
      match: ['postgres://app:«s3cr3t»@db:5432/x', 'redis://:«hunter2»@cache', 'https://u:«p@ss»@host/'],
      noMatch: [
        'http://localhost:8080/a@b',
        'https://user@example.test/x',
        `pg://u:\${PASS}@h`,
        'see http://a:b',
      ],
    },
  },
  {
    id: 'url-user-token',
    description: 'A token as the user of a URL',
    tag: 'secret',
    keywords: ['://'],
    pattern: /:\/\/([A-Za-z0-9_~.-]{16,256})(?=@)/dy,
    check: (_, value) => looksMade(value) && /\d/.test(value),
    examples: {
      match: ['https://«a1b2c3d4e5f6a7b8c9d0»@git.test/x.git'],
      noMatch: ['https://first.last@example.test', 'ssh://git@host/x'],
    },
  },
  {
    id: 'url-signature',
    description: 'The signature of a pre-signed URL or request (AWS, Azure SAS, Google)',
    tag: 'secret',
    keywords: ['sig=', 'signature='],
    pattern: /(?<![A-Za-z])(?:sig|signature)=([A-Za-z0-9%+/=_~-]{20,1024})/diy,
    examples: {
      match: [
        `https://a.blob.test/x?sv=1&sig=«${fake(ALNUM, 43)}%3D»&se=2`,
        `X-Amz-Signature=«${fake('0123456789abcdef', 64)}»`,
      ],
      noMatch: ['sig=1', 'fsig=aaaaaaaaaaaaaaaaaaaaaaaaa'],
    },
  },
];
