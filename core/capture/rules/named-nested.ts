/**
 * Secrets with a structure between name and value: a block of YAML, a variable of Terraform, a pair of a property list,
 * a call that takes both, an option for each.
 *
 * @see https://yaml.org/spec/1.2.2/#81-block-scalar-styles
 * @see https://developer.hashicorp.com/terraform/language/values/variables
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import { isOfRandomCase, looksMade, NAME_KEYWORDS, nameAround, nameStart, REST } from './named-values.ts';
import type { Rule } from './rule.ts';

const NAME = '[A-Za-z_][A-Za-z0-9_.-]{1,63}';
const QUOTE = String.raw`\\{0,15}["']`;
const BLANK = String.raw`(?:[\s+-]|\\{1,7}[nrt])`;
const LINE_END = String.raw`(?=[ \t]{0,8}(?:[\r\n]|\\{1,7}[nr]|\\{0,7}"|$))`;

/** The name is the first group, the value the second. */
function isUnderItsName({ 1: name = '' }: RegExpExecArray, value: string): boolean {
  return isSecretText(name, value, 'quoted');
}

/** Whether a command that keeps secrets, or a name for one, stands before or after in the same command. */
function isKept({ input, index, 0: found }: RegExpExecArray, value: string): boolean {
  // Members of JSON have names of their own.
  if (/^[$%<{[-]|^file:/.test(value)) return false;
  const before =
    input
      .slice(Math.max(0, index - 400), index)
      .split(/[|;]|&&|[^\\ \t][ \t]*\n/)
      .at(-1) ?? '';
  const after = input.slice(index + found.length, index + found.length + 160).split(/[\r\n|;]/, 1)[0] ?? '';
  const command = `${before} ${after}`;
  const isOfSecrets = /keyvault secret set|secretsmanager (?:put|create|update)|SecureString/.test(command);
  const name = /--(?:name|secret-id)[ =]\\{0,7}["']?([^\s"'\\]{1,128})/.exec(command)?.[1] ?? '';
  return isSecretText(isOfSecrets ? 'client_secret' : name, value, 'quoted');
}

export const namedNestedRules = (): readonly Rule[] => [
  {
    id: 'named-block',
    description: 'A word in a block of YAML under a name that announces a secret',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: ':"\'' },
    pattern: new RegExp(
      String.raw`${REST}["']?:[ \t]{1,4}[|>][+-]?[ \t]{0,4}(?:\r?\n|\\{1,7}(?:r\\{1,7})?n)[+-]?[ \t]{1,24}([^\s"'\x60\\]{6,2048})${LINE_END}`,
      'dy',
    ),
    check: (match, value) =>
      (looksMade(value) || isOfRandomCase(value) || /^[A-Za-z0-9+/]{32,}={0,2}$/.test(value)) &&
      isSecretText(nameAround(match), value, 'quoted'),
    examples: {
      match: [
        'api_key: |\n  «00112233aabbccdd»\nregion: eu',
        'db-password: >-\n    «Tr0ub4dor&3»\n',
        '{"yaml":"api_key: |\\n  «00112233aabbccdd»\\nregion: eu"}',
        '+  api_key: |-\n+    «00112233aabbccdd»\n',
      ],
      noMatch: [
        'password: |\n  The password of the user\n',
        'token: >-\n  something\n',
        'run: |\n  abc12345678\n',
        'secret: |\nabc12345678\n',
      ],
    },
  },
  {
    id: 'terraform-default',
    description: 'The default of a Terraform variable that announces a secret',
    tag: 'secret',
    keywords: ['variable "', 'variable \\'],
    pattern: new RegExp(
      String.raw`variable ${QUOTE}(${NAME})${QUOTE}[ \t]{0,4}\{[^{}]{0,600}?(?<![\w-])default[ \t]{0,16}=[ \t]{0,4}\\{0,7}"([^"\\\r\n]{1,1024})`,
      'dy',
    ),
    group: 2,
    check: isUnderItsName,
    examples: {
      match: [
        'variable "db_password" {\n  type    = string\n  default = "«Tr0ub4dor&3»"\n}',
        '{"hcl":"variable \\"db_password\\" {\\n  default = \\"«Tr0ub4dor&3»\\"\\n}"}',
      ],
      noMatch: [
        'variable "region" {\n  default = "eu-west-1a2b3c"\n}',
        'variable "db_password" {\n  default = ""\n}',
        'variable "db_password" {\n}\nvariable "x" { default = "abc12345" }',
      ],
    },
  },
  {
    id: 'plist-pair',
    description: 'A string of a property list after a key that announces a secret',
    tag: 'secret',
    keywords: ['</key>'],
    pattern: new RegExp(
      String.raw`(?<=<key>(${NAME}))<\/key>${BLANK}{0,40}<string>([^<>\r\n]{1,1024})(?=<\/string>)`,
      'dy',
    ),
    group: 2,
    check: isUnderItsName,
    examples: {
      match: [
        '<key>API_KEY</key>\n\t<string>«k-12345678»</string>',
        '<key>dbPassword</key><string>«hunter2»</string>',
        '+\t<key>API_KEY</key>\n+\t<string>«k-12345678»</string>',
        '{"x":"<key>API_KEY</key>\\n\\t<string>«k-12345678»</string>"}',
      ],
      noMatch: [
        '<key>CFBundleName</key>\n<string>k-12345678</string>',
        '<key>API_KEY</key>\n<string>$(API_KEY)</string>',
      ],
    },
  },
  {
    id: 'build-field',
    description: 'A field that Gradle puts into an Android build',
    tag: 'secret',
    keywords: ['buildconfigfield', 'resvalue'],
    pattern: new RegExp(
      String.raw`(?:buildConfigField|resValue)[ \t(]{1,4}${QUOTE}[A-Za-z.]{1,32}${QUOTE},[ \t]{0,4}${QUOTE}(${NAME})${QUOTE},[ \t]{0,4}(?:${QUOTE}){1,3}([^"'\\\r\n]{4,1024})(?=${QUOTE})`,
      'dy',
    ),
    group: 2,
    check: isUnderItsName,
    examples: {
      match: [
        String.raw`buildConfigField("String", "API_KEY", "\"«k-12345678»\"")`,
        `buildConfigField 'String', 'API_KEY', '"«k-12345678»"'`,
        'resValue("string", "api_key", "«k-12345678»")',
      ],
      noMatch: [
        'buildConfigField("String", "STAGE", "\\"k-12345678\\"")',
        'buildConfigField("String", "API_KEY", apiKey)',
      ],
    },
  },
  {
    id: 'named-hidden-field',
    description: 'A hidden field of Jsonnet or a keyword of Clojure that announces a secret, and its string',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: ': \t"\'', afterBlanks: '"\\' },
    pattern: new RegExp(
      String.raw`${REST}["']?(?::{2,3}[ \t]{0,4}|[ \t]{1,4})(?:\\{0,7}"([^"\\\r\n]{4,1024})(?=\\{0,7}")|'([^'\\\r\n]{4,1024})(?='))`,
      'dy',
    ),
    check: (match, value) => {
      const isKeyword = match.input[nameStart(match) - 1] === ':';
      const isHidden = /^[\w.-]{1,64}["']?::/.test(match[0]);
      return (isHidden || isKeyword) && isSecretText(nameAround(match), value, 'quoted');
    },
    examples: {
      match: [
        "{ api_key:: '«k-12345678»', region: 'eu' }",
        '(def config {:region "eu" :db-password "«swordfish»"})',
        '{"clj":"{:api-key \\"«k-12345678»\\"}"}',
      ],
      noMatch: ['password "hunter2"', "Token:: 'name'", '{:token "name"}', 'std::token::"abc"'],
    },
  },
  {
    id: 'command-kept-value',
    description: 'The value that a command gives to a store of secrets or parameters',
    tag: 'secret',
    keywords: ['--value', '--secret-string'],
    pattern:
      /--(?:value|secret-string)[ =]\\{0,7}(?:"([^"\\\r\n]{4,2048})(?=\\{0,7}")|'([^'\\\r\n]{4,2048})(?=\\{0,7}')|([^\s"'\\]{4,2048}))/dy,
    check: isKept,
    examples: {
      match: [
        'az keyvault secret set --vault-name acme --name db-main --value "«k-12345678»"',
        "aws ssm put-parameter --name /prod/db_password --value '«swordfish»' --overwrite",
        'aws ssm put-parameter --value «k-12345678» --type SecureString --name /prod/x',
        'aws secretsmanager put-secret-value --secret-id prod/x --secret-string "«k-12345678»"',
        'aws secretsmanager create-secret \\\n  --name prod/x \\\n  --secret-string «k-12345678»',
      ],
      noMatch: [
        'aws ssm put-parameter --name /prod/region --value eu-west-1 --type String',
        'az keyvault secret set --name x --value "$VALUE"',
        'az keyvault secret set --name x --file y12345678z',
        'tool --name api_key\ntool --value abc12345',
      ],
    },
  },
  {
    id: 'command-named-argument',
    description: 'The value of `jq --arg NAME VALUE`',
    tag: 'secret',
    keywords: ['--arg '],
    pattern: new RegExp(
      String.raw`--arg[ \t]{1,4}${NAME}[ \t]{1,4}(?:\\{0,7}"([^"\\\r\n]{4,1024})(?=\\{0,7}")|'([^'\\\r\n]{4,1024})(?=')|([^\s"'\\$]{4,1024}))`,
      'dy',
    ),
    check: ({ 0: found }, value) =>
      !value.startsWith('$') && isSecretText(found.split(/[ \t]{1,4}/, 2)[1] ?? '', value, 'quoted'),
    examples: {
      match: [`jq -n --arg api_key "«k-12345678»" '{$ARGS.named}'`, 'jq --arg password «hunter2» .'],
      noMatch: ['jq --arg region "eu-west-1a2" .', 'jq --arg token "$TOKEN" .', 'jq --arg token "$(get)" .'],
    },
  },
];
