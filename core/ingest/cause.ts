/**
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Longer, or with anything else in it, it is no name of a kind of error. */
const NAME = /^[A-Za-z][\w.]{0,63}$/;

/**
 * What a log may say of an error's cause: the code or the class of it, such as `AccessDenied` or `ECONNREFUSED`.
 *
 * Guarantee: never its message, which may quote anything; undefined when there is no cause, or none with a name.
 */
export function causeCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return undefined;
  if (cause instanceof AgentvOpikError) return cause.code;
  const names = ['code' in cause ? cause.code : undefined, cause.name, cause.constructor.name];
  return names.find((name) => typeof name === 'string' && NAME.test(name))?.toString();
}
