/**
 * What a browser carries to log somebody in: codes of OAuth, answers of SAML, links that log in, cookies in a file,
 * tokens in the name of a protocol.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @see https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf
 * @see https://curl.se/docs/http-cookies.html
 *
 * @module
 */
import { isOfRandomCase } from './named-values.ts';
import { ALNUM, FAKE_UUID, fake, HEX, isMixed, isNoPlaceholder, type Rule, UUID } from './rule.ts';

/** Letters and digits that nobody wrote: no path, no identifier of several words. */
function isRandom(value: string): boolean {
  return (
    isMixed(value) &&
    /\d/.test(value) &&
    isNoPlaceholder(value) &&
    (isOfRandomCase(value.replace(/\d{1,4}$/, '')) ||
      !/^[a-z]+(?:[-_.](?:[a-z]+|\d{1,4}))*\d{0,4}$/i.test(value))
  );
}

const TAB = String.raw`(?:\t|\\{1,7}t)`;

/** The state comes back with the code, or the path says what it is. */
function isOfCallback({ input, index, 0: found }: RegExpExecArray): boolean {
  const before = input.slice(Math.max(0, index - 160), index);
  const after = input.slice(index + found.length, index + found.length + 16);
  return (
    /^&(?:state|scope|session_state|iss)=/.test(after) ||
    /(?:callback|redirect|oauth|auth|sign-?in|login|\/cb)[^\s"'<>]{0,100}$/i.test(before)
  );
}

export const webGrantRules = (): readonly Rule[] => [
  {
    id: 'oauth-code',
    description: 'The code that an authorization server gives to the address of a callback',
    tag: 'secret',
    keywords: ['?code=', '&code='],
    pattern: /[?&]code=([A-Za-z0-9._~%/+-]{20,2048})/dy,
    bound: 2048,
    check: (match, value) => isRandom(value) && isOfCallback(match),
    examples: {
      match: [
        `GET /oauth/callback?code=«${fake(ALNUM, 40)}»&state=xyz HTTP/1.1`,
        `http://localhost:3000/cb?code=«${fake(ALNUM, 40)}»\n`,
      ],
      noMatch: [
        '/callback?code=invalid_request_of_a_client',
        '/items?code=0123456789abcdef01234567',
        '?code=404',
      ],
    },
  },
  {
    id: 'saml-response',
    description: 'The answer of an identity provider, in base64',
    tag: 'secret',
    keywords: ['samlresponse'],
    pattern:
      /samlresponse\\{0,7}["']?(?:[ \t]{0,4}[=:][ \t]{0,4}|[ \t]{1,4}value=)\\{0,7}["']?([A-Za-z0-9+/%=_-]{40,65536})/diy,
    bound: 65536,
    check: (_, value) => isMixed(value) && isNoPlaceholder(value),
    examples: {
      match: [
        `SAMLResponse=«PHNhbWxwOlJlc3BvbnNl${fake(ALNUM, 80)}%3D»&RelayState=x`,
        `name="SAMLResponse" value="«PHNhbWxwOlJlc3BvbnNl${fake(ALNUM, 80)}=»"`,
      ],
      noMatch: ['SAMLResponse=missing', 'const samlResponse = parse(body)'],
    },
  },
  {
    id: 'login-link',
    description: 'The part of a path that logs in, resets a password or takes an invitation',
    tag: 'secret',
    keywords: [
      '/magic-link',
      '/magic/',
      '/magiclink/',
      '/reset-password/',
      '/password-reset/',
      '/password_reset/',
      '/reset_password/',
      '/verify-email/',
      '/confirm-email/',
      '/accept-invite/',
      '?tkn=',
      '/ical/',
    ],
    pattern: new RegExp(
      String.raw`(?:\/magic-?(?:links?)?\/|\/(?:reset[-_]password|password[-_]reset|verify-email|confirm-email|accept-invite)\/(?:confirm\/)?|\?tkn=|\/ical\/[^\s/"']{1,128}\/private-)(${UUID}|[A-Za-z0-9_-]{20,512})(?![A-Za-z0-9_-])`,
      'dy',
    ),
    check: (_, value) => isRandom(value),
    examples: {
      match: [
        `https://app.test/magic-link/«${fake(ALNUM, 43)}»`,
        'https://app.test/magic-link/«OVHCRhbtGgAlyQoZohtGmXbFOYWoVwaXgonspYLTFG0»',
        `https://app.test/reset-password/«${fake(ALNUM, 32)}»?x=1`,
        `http://localhost:8000/?tkn=«${FAKE_UUID}»`,
        `https://calendar.test/calendar/ical/team/private-«${fake(HEX, 32)}»/basic.ics`,
      ],
      noMatch: [
        'src/magic-link/create-a-magic-link-and-send-it.ts',
        '/reset-password/:token',
        'api/reset-password/confirmation-of-reset-2',
      ],
    },
  },
  {
    id: 'protocol-bearer',
    description: 'A token that a web socket sends as the name of a protocol',
    tag: 'secret',
    keywords: ['bearer.'],
    pattern: /bearer\.([A-Za-z0-9_.-]{24,4096})(?![A-Za-z0-9_-])/diy,
    bound: 4096,
    check: (_, value) => isRandom(value) && /[A-Z]/.test(value) && !/^[\w-]{1,40}\.[a-z]/.test(value),
    examples: {
      match: [`Sec-WebSocket-Protocol: graphql-ws, bearer.«${fake(ALNUM, 48)}»`],
      noMatch: [
        'base64url.bearer.authorization.k8s.io',
        'auth.bearer.tokenEndpointAuthMethod2',
        'a bearer. Then',
      ],
    },
  },
  {
    id: 'cookie-file',
    description: 'The value of a cookie in a file of Netscape’s format',
    tag: 'secret',
    keywords: ['session', 'auth', 'token', 'sess'],
    needs: 'TRUE',
    follows: { next: '\t\\' },
    pattern: new RegExp(
      String.raw`[A-Za-z][\w.-]{2,64}?${TAB}([^\s"'\\]{16,4096})(?<=${TAB}(?:TRUE|FALSE)${TAB}\/[^\t\\\r\n]{0,200}${TAB}(?:TRUE|FALSE)${TAB}\d{1,16}${TAB}[\w.-]{3,128}${TAB}[^\s"'\\]{16,4096})`,
      'dy',
    ),
    bound: 4096,
    check: (_, value) => isRandom(value),
    examples: {
      match: [
        `.x.test\tTRUE\t/\tTRUE\t1790000000\tauth_session\t«${fake(ALNUM, 40)}»\n`,
        `{"jar":".x.test\\tTRUE\\t/\\tTRUE\\t1790000000\\tauth_session\\t«${fake(ALNUM, 40)}»\\n"}`,
      ],
      noMatch: ['.x.test\tTRUE\t/\tTRUE\t0\ttheme\tdark\n', 'a\tTRUE\tb\tFALSE\tc'],
    },
  },
];
