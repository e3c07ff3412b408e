import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyToken } from '../../../core/webhook/token.ts';

const TOKEN = '5f0c4a1be2d94f7aa1c2';
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('verifyToken', () => {
  it.each([
    ['as MinIO sends it', `Bearer ${TOKEN}`],
    ['whatever the case of the scheme', `bearer ${TOKEN}`],
    ['as the password of a URL', basic(`agentv:${TOKEN}`)],
    ['with no user', basic(`:${TOKEN}`)],
  ])('takes the token %s', (_what, header) => {
    expect(() => verifyToken(TOKEN, header)).not.toThrow();
  });

  it.each([
    undefined,
    '',
    TOKEN,
    'Bearer',
    'Bearer ',
    `Bearer ${TOKEN} `,
    `Bearer ${TOKEN}0`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Token ${TOKEN}`,
    basic(TOKEN),
    basic(`${TOKEN}:`),
  ])('refuses %j', (header) => {
    expect(() => verifyToken(TOKEN, header)).toThrow(expect.objectContaining({ code: 'TOKEN' }));
  });

  it('refuses everything else, and quotes none of it', () => {
    const words = /^The (?:call carries no token|token does not match)$/;
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(() => verifyToken(TOKEN, header)).toThrow(words);
        expect(() => verifyToken(TOKEN, `Bearer ${header}`)).toThrow(words);
      }),
    );
  });
});
