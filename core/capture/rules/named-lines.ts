/**
 * Values that take the rest of their line: of an environment, a `.env`, a properties or an INI file, of what
 * `kubectl describe` prints, and of an array of `NAME=value`. There a blank, a quote or a bracket ends no value.
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';
import { isPassphrase, isSecretText } from '../secret-values.ts';
import { isCapitals, NAME_KEYWORDS, nameAround, nameStart, REST } from './named-values.ts';
import type { Rule } from './rule.ts';

const END_OF_LINE = String.raw`[ \t]{0,8}(?:[\r\n]|\\{1,7}[nr]|\\{0,7}"[ \t]{0,4}(?:[,}\]\r\n\\]|$)|$)`;
/** One word; a backslash before a quote or another one, as deep as strings are within strings. */
const WORD = String.raw`(?:[^\s\\]|\\{1,15}(?![nrtu\\])\S){6,256}?`;
const PHRASE = '[a-z]{3,12}(?: [a-z]{3,12}){2,11}';
const NEXT = String.raw`(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n)`;
/** What a line may have before its name: an indent, the mark of a diff, a command, the time of a log. */
const MARGIN = String.raw`(?:[ \t+-]{0,24}|[ \t+-]{0,12}(?:export|set) |\d\dZ[ \t]{1,8})`;
const BEGINS_LINE = new RegExp(String.raw`(?:^|[\r\n]|\\{1,7}[nr])${MARGIN}$`);
const BEGINS_ELEMENT = /[[,](?:\s|\\{1,7}[nrt]){0,40}\\{0,7}"$/;
const NAME = String.raw`[A-Za-z_][\w.-]{0,63}`;
const AFTER_PAIR = new RegExp(
  String.raw`(?:^|[\r\n"+ ]|\\{1,7}[nr])${NAME}(?:=|[ \t]{0,4}[=:][ \t])[^\r\n\\]{0,160}${NEXT}[ \t+-]{0,24}$`,
);
const BEFORE_PAIR = new RegExp(String.raw`^[ \t]{0,8}${NEXT}[ \t+-]{0,24}${NAME}(?:=|[ \t]{0,4}[=:][ \t])`);

const CODE =
  /^[A-Za-z_$][\w$.]{0,80}(?:\([\w$.]{0,80}\)|<[A-Z]\w{0,40}>);?$|\|\||&&|==|=>|:\/\/|\$[{(]|\b(?:function|return|this|new|void|null|typeof)\b|[a-z]{3,}\(|\)\{|[&;,][A-Za-z][\w.-]{2,32}=/;

/** Whether the value is a word of letters, digits and marks, mixed as nobody mixes them in code. */
function isScrambled(value: string): boolean {
  if (value.length < 12 || value.length > 256 || /\s/.test(value) || CODE.test(value)) return false;
  const odd = value.match(/[!@#%^*?~|&+$;=]/g)?.length ?? 0;
  const marks = value.match(/[^A-Za-z\d]/g)?.length ?? 0;
  const isOfBothCases = /[A-Z]/.test(value) && /[a-z]/.test(value);
  const isOdd = /\d/.test(value)
    ? odd >= 4 || (odd >= 1 && marks >= 3 && isOfBothCases)
    : odd >= 2 && marks >= 4 && isOfBothCases && !/["'\x60\\]|\?\.|\w\[/.test(value);
  if (!isOdd || !/[A-Za-z]/.test(value)) return false;
  const runs = value.match(/[A-Z]+|[a-z]+|\d+|[^A-Za-z\d]+/g)?.length ?? 0;
  return runs >= 8 && runs * 3 >= value.length;
}

/** Letters, digits and marks with one quote or backslash among them. */
function isQuoted(value: string): boolean {
  return (
    /^[\w!@#%^*+?.-]{3,64}(?:\\{0,15}["'`]|\\{1,15})[\w!@#%^*+?.-]{3,64}$/.test(value) &&
    /[\d!@#%^*+]/.test(value)
  );
}

/** A pass phrase is a whole line where the line before or after is a pair as well: else it may be prose, or a command. */
function isOfLines(match: RegExpExecArray, before: string): boolean {
  const end = match.index + match[0].length;
  return AFTER_PAIR.test(before) || BEFORE_PAIR.test(match.input.slice(end, end + 120));
}

/** After `=`, or a colon and a blank: code that is squeezed has neither before a value of so many kinds. */
function isOneWord(match: RegExpExecArray, value: string): boolean {
  const written = match[0].slice(0, match[0].length - value.length);
  return (
    /=[ \t]?$|:[ \t]$/.test(written) && isScrambled(value) && isSecretText(nameAround(match), value, 'quoted')
  );
}

function isRestOfLine(match: RegExpExecArray, value: string): boolean {
  const isOdd = isScrambled(value) || isQuoted(value);
  if (!isOdd && !isPassphrase(value)) return false;
  const name = nameAround(match);
  if (!isSecretText(name, value, 'quoted')) return false;
  const start = nameStart(match) + (/^\\[nr]/.test(match.input.slice(nameStart(match) - 1)) ? 1 : 0);
  const before = match.input.slice(Math.max(0, start - 320), start);
  const isElement = isCapitals(name) && BEGINS_ELEMENT.test(before);
  const isWhole = isElement || BEGINS_LINE.test(before);
  if (isOdd) return isWhole || /[ \t"=]$/.test(before);
  return isWhole && secretKind(name) === 'password' && (isElement || isOfLines(match, before));
}

export const namedLineRules = (): readonly Rule[] => [
  {
    id: 'named-rest-of-line',
    description: 'A value with blanks, quotes or brackets in it that takes the rest of its line',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: '=: \t', afterBlanks: '=:' },
    pattern: new RegExp(
      String.raw`${REST}[ \t]{0,8}[=:][ \t]{0,24}((?!["'\x60]|\\{1,15}["'\x60])(?:${PHRASE}|${WORD}))(?=${END_OF_LINE})`,
      'dy',
    ),
    check: isRestOfLine,
    examples: {
      match: [
        'LANG=C\nDB_PASSWORD=«correct horse battery»\nPATH=/bin',
        '{"content":"A=1\\nDB_PASSWORD=«correct horse battery»\\n"}',
        '{"Env": ["PATH=/bin", "DB_PASSWORD=«correct horse battery»"]}',
        'server.port=8080\nacme.db.password=«correct horse battery»\nlogging=INFO',
        'region = eu\ndb_password = «correct horse battery»\noutput = json',
        'LOG_LEVEL:     info\n      ADMIN_PWD:  «correct horse battery»\n    Mounts:',
        'ROOT_PASSWORD: «QVR&gU@P<HTcDxtMQkV#»\n',
        'DB_PASSWORD=«q7<Rk{2pX]v9#Lm!4s»\n',
        '+REFRESH_TOKEN=«+BZ<pL_i.g(8UX/,B6|x»\n',
        '{"Env": ["PASSWORD=«rezuWD\\"58ZPBi!»", "A=1"]}',
        "DEPLOY_KEY=«NRJpbg'M7Fubw!»\n",
        'API_KEY=«merZcf"nuZVWd!»\n',
        '{"content":"API_TOKEN=«qenojyCs\'cStdVs1»\\n"}',
        "c.a.Api - serviceToken: «GA1ATw'RsYZ2X!»",
      ],
      noMatch: [
        'DB_PASSWORD=$(cat /run/secrets/db)\nA=1',
        'password = a if b else c\nx = 1',
        'PASSWORD: The password of the user\nUSER: The user\n',
        'token: Map<string, Array<Token1>>\n',
        'secret = data[key][0].x\n',
        'x = 1\npassword = first of many\n',
        "const apiKey = headers?.['x-goog-api-key'];\n",
        "json_token = r'[^\\W\\d]\\w*'\n",
        'DB_PASSWORD=correct horse battery',
      ],
    },
  },
  {
    id: 'named-scrambled',
    description: 'A value of many kinds of characters, brackets among them, up to the next blank',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: '=: \t', afterBlanks: '=:' },
    pattern: new RegExp(
      String.raw`${REST}[ \t]{0,8}[=:][ \t]{0,8}((?!["'\x60])[^\s"'\x60\\]{12,256}(?<![,.]))(?=,?(?:[\s"'\x60\\]|$))`,
      'dy',
    ),
    check: isOneWord,
    examples: {
      match: [
        'level=info ssh_password=«Vv!](32c35_[diH-U7» attempt=1',
        'bound : webhook-secret=«B[7<@V7dH;pAFrS4_b@S», enabled=true',
        'the smtp password: «^bZF)jkS~|8>6NcRD(>M» is old',
      ],
      noMatch: [
        'secretKey=e.K2||t,f=function(e){return x}',
        'token: Map<string,Array<Token1>>{a:1,b:2} x',
        'token = cleanEscapedString2(token);',
        'const ZodMiniJWT: core.$constructor<ZodMiniJWT>;',
        'token=t[0]?new(R2)(e).x:y x',
        'AccountKey=<accountKey>;EndpointSuffix=core.windows.net x',
      ],
    },
  },
];
