/**
 * Passwords known by their position: in commands that add a user or a key, in calls that hash, decrypt or type one, in
 * the configuration of network devices.
 *
 * @see https://redis.io/docs/latest/commands/acl-setuser/
 * @see https://www.postgresql.org/docs/current/pgcrypto.html
 * @see https://www.cisco.com/c/en/us/support/docs/security-vpn/remote-authentication-dial-user-service-radius/107614-64.html
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import { isOfRandomCase, looksMade } from './named-values.ts';
import type { Rule } from './rule.ts';

/** A value, not a variable, a flag or a mark where one goes. */
function isGiven(_: RegExpExecArray, value: string): boolean {
  return !/^[$%<{-]/.test(value) && isSecretText('password', value, 'quoted');
}

const ARGUMENT = String.raw`\\{0,7}["']?([^\s"'\\|;&<>][^\s"'\\|;]{3,255})`;
const STRING = String.raw`[bfruN@$]{0,2}\\{0,7}["'\x60]([^"'\x60\\\r\n]{4,256})(?=\\{0,7}["'\x60])`;

export const loginRules = (): readonly Rule[] => [
  {
    id: 'command-user-added',
    description: 'The password of a user that RabbitMQ, Redis or MinIO is told of, or of a key that is made',
    tag: 'secret',
    keywords: ['acl setuser ', 'rabbitmqctl ', 'mc alias set ', 'ssh-keygen '],
    pattern: new RegExp(
      String.raw`(?:acl setuser [^\s]{1,64} [^\r\n>]{0,200}?>|rabbitmqctl (?:-[^\s]{1,64} ){0,4}(?:add_user|change_password|authenticate_user) [^\s]{1,64} |mc alias set [^\s]{1,64} [^\s]{1,200} [^\s]{3,128} |ssh-keygen [^\r\n|]{0,200}?(?<= )-[NP] ?)${ARGUMENT}`,
      'diy',
    ),
    check: isGiven,
    examples: {
      match: [
        'ACL SETUSER worker on >«Tr0ub4dor3» ~jobs:* +@all',
        'rabbitmqctl add_user orders «Tr0ub4dor3»\n',
        "rabbitmqctl change_password orders '«swordfish»'",
        'mc alias set minio https://minio.test AbCdEfGh «Tr0ub4dor3»',
        "ssh-keygen -t ed25519 -N '«Tr0ub4dor&3»' -f ~/.ssh/x",
      ],
      noMatch: [
        'ACL SETUSER worker on nopass ~* +@all',
        'rabbitmqctl add_user orders $PASS',
        "ssh-keygen -t ed25519 -N '' -f x",
        'ssh-keygen -t ed25519 -N "" -C me@x.test',
        'mc alias set minio https://minio.test $KEY $SECRET',
      ],
    },
  },
  {
    id: 'device-password',
    description: 'A password in the configuration of a router, a switch or HAProxy',
    tag: 'secret',
    keywords: [
      'insecure-password ',
      'enable secret ',
      'enable password ',
      'password 0 ',
      'password 7 ',
      'secret 0 ',
      'secret 5 ',
      'secret 9 ',
    ],
    pattern:
      /(?:insecure-password|enable (?:secret|password)(?: \d)?|(?<=(?:username|user|neighbor|line) [^\r\n]{1,100} |^ {0,4}|[\r\n] {0,4}|\\n {0,4})(?:password|secret) [0579])[ \t]{1,4}["']?([^\s"'\\]{4,256})/dy,
    check: (match, value) =>
      isGiven(match, value) && (looksMade(value) || isOfRandomCase(value) || /-password/.test(match[0])),
    examples: {
      match: [
        'user admin insecure-password «swordfish»\n',
        'username netadmin privilege 15 password 0 «Tr0ub4dor3»\nline vty 0 4',
        'enable secret «velvet-copper-35»\n',
        'enable secret 5 «a1b2c3d4e5»',
        'line vty 0 4\n password 7 «094F471A1A0A»\n',
      ],
      noMatch: [
        'enable secret scanning for the repository',
        'enable password authentication',
        'the password 0 times wrong1234',
        'enable secret-scanning2',
      ],
    },
  },
  {
    id: 'sql-crypt-key',
    description: 'The key or password of an SQL function that encrypts, decrypts or hashes',
    tag: 'secret',
    keywords: ['pgp_sym_', 'aes_encrypt(', 'aes_decrypt('],
    pattern:
      /(?:pgp_sym_(?:en|de)crypt(?:_bytea)?|aes_(?:en|de)crypt)\([^\r\n;]{1,200}?,[ \t]{0,4}\\{0,7}'([^'\\\r\n]{4,256})(?=\\{0,7}')/diy,
    check: isGiven,
    examples: {
      match: [
        "SELECT pgp_sym_decrypt(ssn_enc, '«Tr0ub4dor&3»') FROM customers",
        "pgp_sym_encrypt('text', '«swordfish»')",
        "AES_DECRYPT(card, '«Tr0ub4dor&3»')",
      ],
      noMatch: ['pgp_sym_decrypt(ssn_enc, $1)', "pgp_sym_decrypt(a, current_setting('app.key'))"],
    },
  },
  {
    id: 'typed-password',
    description: 'What a test of a browser types into the field of a password',
    tag: 'secret',
    keywords: ['.type(', '.fill(', '.sendkeys(', '.send_keys(', '.setvalue(', '.presssequentially('],
    pattern: new RegExp(
      String.raw`\.(?:type|fill|send_?keys|setvalue|presssequentially)\((?:[^\r\n,;]{0,60}(?:passw|passphrase)[^\r\n,;]{0,60},[ \t]{0,4}|(?<=(?:passw|passphrase)[^\r\n;]{0,80}\.[a-z_]{4,17}\())${STRING}`,
      'diy',
    ),
    check: isGiven,
    examples: {
      match: [
        "cy.get('#password').type('«Tr0ub4dor&3»');",
        "await page.getByLabel('Password').fill('«Tr0ub4dor&3»');",
        "await page.fill('#password', '«swordfish1»')",
        'driver.find_element(By.ID, "password").send_keys("«Tr0ub4dor&3»")',
        "user.type(screen.getByLabelText(/password/i), '«swordfish1»')",
      ],
      noMatch: [
        "cy.get('#user').type('Tr0ub4dor&3');",
        "page.fill('#password', '');",
        "page.getByLabel('Password').fill(password)",
        "cy.get('#password').clear();\ncy.get('#q').type('abc12345')",
      ],
    },
  },
  {
    id: 'hashed-password',
    description: 'The plain text that a call hashes as a password or compares with a hash',
    tag: 'secret',
    keywords: [
      'hashpw(',
      'bcrypt.hash',
      'bcrypt.compare',
      'hashsync(',
      'comparesync(',
      'await hash(',
      'password_hash(',
      'make_password(',
      'set_password(',
      'hash::make(',
      'argon2.hash(',
    ],
    pattern: new RegExp(
      String.raw`(?:hashpw|bcrypt\.(?:hash|compare)(?:sync)?|hashsync|comparesync|await hash|password_hash|make_password|set_password|hash::make|argon2\.hash)\([ \t]{0,4}${STRING}`,
      'diy',
    ),
    check: isGiven,
    examples: {
      match: [
        'bcrypt.hashpw(b"«Tr0ub4dor&3»", bcrypt.gensalt())',
        "password: await hash('«Tr0ub4dor&3»', 10)",
        "bcrypt.hashSync('«swordfish»', 8)",
        'user.set_password("«swordfish»")',
        "Hash::make('«Tr0ub4dor&3»')",
        "generate_password_hash('«swordfish»')",
      ],
      noMatch: [
        'bcrypt.hashpw(password, salt)',
        "bcrypt.hash('password', 10)",
        'await hash(value)',
        "make_password('')",
      ],
    },
  },
];
