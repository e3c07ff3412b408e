/**
 * @module
 */

/** @see ISO/IEC 7812-1 annex B */
export function hasLuhnChecksum(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  // A row of zeros passes the arithmetic, but is nobody's card.
  return sum > 0 && sum % 10 === 0;
}

/** Country code and length of its IBANs. @see the IBAN registry of SWIFT, ISO 13616 */
const IBAN_LENGTHS = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24
  FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32
  LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24
  RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** Countries whose account numbers are digits only: hex that happens to pass is none. @see the IBAN registry of SWIFT */
const DIGITS_ONLY = new Set(
  'AE AT BA BE BI CR CZ DE DJ DK EE EG ES FI FO GL HR HU IL IS LT LY ME MN MR NO PL PT RS SD SE SI SK SO TL TN VA XK'.split(
    ' ',
  ),
);

/** Whether banks of the country, by its two capitals, give out IBANs. */
export function hasIbans(country: string): boolean {
  return IBAN_LENGTHS.has(country);
}

/** `iban` in capitals, without blanks. */
export function hasIbanChecksum(iban: string): boolean {
  if (IBAN_LENGTHS.get(iban.slice(0, 2)) !== iban.length) return false;
  if (DIGITS_ONLY.has(iban.slice(0, 2)) && !/^\d+$/.test(iban.slice(2))) return false;
  let remainder = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** Resolvers that everybody names, and that name nobody. */
const WELL_KNOWN = new Set(['8.8.8.8', '8.8.4.4', '1.1.1.1', '1.0.0.1', '9.9.9.9']);

/**
 * Whether the dotted quad is a public address rather than a reserved one, a network or a version number.
 *
 * @see RFC 6890, RFC 5737
 */
export function isPublicIpv4(text: string): boolean {
  const octets = text.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  if (octets.some((octet) => octet > 255) || /(?:^|\.)0\d/.test(text) || WELL_KNOWN.has(text)) return false;
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if ((a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 169 && b === 254)) return false;
  if ((a === 100 && b >= 64 && b <= 127) || (a === 198 && (b === 18 || b === 19))) return false;
  if ((a === 192 && b === 0) || (a === 198 && b === 51 && c === 100) || (a === 203 && b === 0 && c === 113))
    return false;
  // 2.5.29.17 and 1.3.6.1 name objects of ISO and ITU.
  if ((a === 1 && b === 3) || (a === 2 && b === 5)) return false;
  // 4.42.4.0 and 1.2.3.4: with small numbers it is a version far more often than a host.
  return !(d === 0 || (a < 32 && b < 50 && c < 50 && d < 50));
}

/**
 * Whether the text is an address of the global unicast range rather than one for documentation, protocols or tunnels.
 *
 * @see RFC 4291, RFC 3849, RFC 9637
 */
export function isPublicIpv6(text: string): boolean {
  return (
    isIpv6(text) &&
    !/^(?:2001:0?db8:|2001:(?:[0-9a-f]{1,2}|[01][0-9a-f]{2}|00[0-9a-f]{2}|0[01][0-9a-f]{2})?:|2002:|3fff:)/i.test(
      text,
    )
  );
}

/** Of hex digits and colons, as the pattern of the rule takes them. */
function isIpv6(text: string): boolean {
  return URL.canParse(`http://[${text}]/`);
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Whether the last six characters are the CRC32 of those before them, in base 62: then a machine made it, whatever it
 * looks like. The reverse says nothing: a token that somebody copied with a mistake is a secret still.
 *
 * @see https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function hasGithubChecksum(body: string): boolean {
  if (body.length < 36) return false;
  // Loaded when the first token is seen: few programs ever see one.
  let rest = process.getBuiltinModule('node:zlib').crc32(body.slice(0, -6));
  let encoded = '';
  for (let i = 0; i < 6; i += 1) {
    encoded = BASE62.charAt(rest % 62) + encoded;
    rest = Math.floor(rest / 62);
  }
  return body.endsWith(encoded);
}
