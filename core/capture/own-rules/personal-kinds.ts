/**
 * Personal data by the kinds that a team switches, each of which may be several rules.
 *
 * @module
 */

export const PERSONAL_KINDS = [
  'email',
  'phone',
  'payment_card',
  'iban',
  'us_ssn',
  'ip_address',
  'home_directory',
] as const;
export type PersonalKind = (typeof PERSONAL_KINDS)[number];

/** By the rules' ids, so that a new rule of a kind is switched with the kind. */
const RULES_OF_KIND: Readonly<Record<PersonalKind, RegExp>> = {
  email: /^email(?:-|$)/,
  phone: /(?:^|-)phone(?:-|$)/,
  payment_card: /^payment-card(?:-|$)/,
  iban: /^iban(?:-|$)/,
  us_ssn: /^us-ssn(?:-|$)/,
  ip_address: /(?:^|-)ip(?:v[46])?(?:-|$)/,
  home_directory: /(?:^|-)(?:home|root)-path$/,
};

/** The kind of personal data that a built-in rule finds; undefined for rules of secrets and of anything else. */
export function personalKindOf(ruleId: string): PersonalKind | undefined {
  return PERSONAL_KINDS.find((kind) => RULES_OF_KIND[kind].test(ruleId));
}
