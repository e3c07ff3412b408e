/**
 * The team's own rules: what to remove that nobody else can know, and what to leave.
 *
 * @module
 */
export { type CompiledOwnRules, compileOwnRules, type OwnRuleDescription } from './compile.ts';
export { InvalidOwnRuleError } from './errors.ts';
export { PERSONAL_KINDS, type PersonalKind, personalKindOf } from './personal-kinds.ts';
export { NO_OWN_RULES, type OwnRuleSettings } from './settings.ts';
