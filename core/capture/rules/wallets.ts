/**
 * Keys to money: recovery phrases, extended and exported private keys, keys of accounts in a development setup.
 *
 * @see https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki
 * @see https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki
 * @see https://github.com/nostr-protocol/nips/blob/master/19.md
 *
 * @module
 */
import { ALNUM, END, fake, HEX, type Rule, START, tokenRule } from './rule.ts';

/** @see https://en.bitcoin.it/wiki/Base58Check_encoding */
function hasBase58Checksum(key: string): boolean {
  const { createHash } = process.getBuiltinModule('node:crypto');
  let number = 0n;
  for (const char of key) number = number * 58n + BigInt(BASE58_DIGITS.indexOf(char));
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const twice = (data: Buffer): Buffer =>
    createHash('sha256').update(createHash('sha256').update(data).digest()).digest();
  return twice(bytes.subarray(0, -4)).subarray(0, 4).equals(bytes.subarray(-4));
}

const BASE58_DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Words of a phrase have three to eight letters; none of these is on the list. */
const WORD = String.raw`(?!(?:the|and|for|with|from|was|were|are|has|had|but|not|your|his|her|its|our|their|been|which|into|than|would|should)\b)[a-z]{3,8}(?![a-z])`;
const BASE58 = '[1-9A-HJ-NP-Za-km-z]';
const PHRASE = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

export const walletRules = (): readonly Rule[] => [
  {
    id: 'recovery-phrase',
    description: 'A recovery phrase of a wallet after a word that announces one',
    tag: 'secret',
    keywords: ['mnemonic', 'seed', 'recovery', 'phrase'],
    pattern: new RegExp(
      String.raw`(?:mnemonic|seed|recovery|phrase)[A-Za-z_ -]{0,24}\\{0,7}["'\x60]{0,2}\s{0,3}(?:(=>|:=|[:=(])|is)?\s{0,3}\\{0,7}(["'\x60]{0,2})(${WORD}(?: {1,2}${WORD}){11}(?:(?: {1,2}${WORD}){3}){0,4})`,
      'diy',
    ),
    group: 3,
    // Without a sign before it, a sentence may go on for as long.
    check: ({ 0: { length }, 1: sign, 2: quote, index, input }) =>
      sign !== undefined ||
      quote !== '' ||
      !/^ {0,2}[A-Za-z]/.test(input.slice(index + length, index + length + 3)),
    examples: {
      match: [
        `MNEMONIC="«${PHRASE}»"`,
        `{"mnemonic": "«${PHRASE}»"}`,
        `seed phrase: «${PHRASE}»\n`,
        `recovery_phrase: «${PHRASE}»`,
        `seed phrase: «${PHRASE}» and will use it`,
        `| seed phrase: «${PHRASE}» | x |`,
      ],
      noMatch: [
        'mnemonic: add, sub, mul',
        'seed: 42',
        'the phrase that was used here when the tests ran over night',
        'recovery from the error that the server sent back when it was asked for more',
        'recovery: wait until every node has seen this change, then start them again slowly',
        `seed phrase ${PHRASE} goes on`,
      ],
    },
  },
  {
    id: 'wallet-extended-key',
    description: 'An extended private key (BIP 32)',
    keywords: ['xprv', 'yprv', 'zprv', 'tprv'],
    pattern: new RegExp(`${START}[xyzt]prv${BASE58}{107}${END}`, 'y'),
    examples: {
      match: [`xprv${fake('123456789ABCDEFGHJKLMNPQRSTUVWXYZ', 107)}`],
      noMatch: ['xprv9s21', `xprv${fake(ALNUM, 20)}`],
    },
  },
  {
    id: 'bitcoin-key',
    description: 'A private key of Bitcoin in its import format, in a text that names Bitcoin or the format',
    tag: 'secret',
    keywords: ['bitcoin', 'dumpprivkey', 'importprivkey', 'privkey', 'wif'],
    pattern: new RegExp(`(?<![A-Za-z0-9])(?:5${BASE58}{50}|[KL]${BASE58}{51})${END}`, 'g'),
    check: ({ 0: key }) => hasBase58Checksum(key),
    examples: {
      match: ['bitcoin-cli dumpprivkey x\n«5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ»\n'],
      noMatch: [`bitcoin L${fake('123456789ABCDEFGHJKLMNPQRSTUVWXYZ', 51)}`],
    },
  },
  {
    id: 'wallet-account-key',
    description: 'A private key in a list of accounts',
    tag: 'secret',
    keywords: ['accounts'],
    pattern:
      /accounts\\{0,7}["']?[ \t]{0,4}[:=][ \t]{0,4}\[\s{0,8}\\{0,7}["'\x60]((?:0x)?[0-9a-fA-F]{64})(?![0-9a-fA-F])/dy,
    examples: {
      match: [`accounts: ["«0x${fake(HEX, 64)}»"]`],
      noMatch: [`accounts: ["0x${fake(HEX, 40)}"]`, 'accounts: [process]'],
    },
  },
  tokenRule({
    id: 'nostr-key',
    description: 'Nostr private key',
    prefixes: ['nsec1'],
    body: `[02-9ac-hj-np-z]{58}${END}`,
    match: [`nsec1${fake('023456789acdefghjklmnpqrstuvwxyz', 58)}`],
    noMatch: ['nsec1', 'nsec100'],
  }),
];
