/**
 * The values of environment variables that a team names: the surest rule there is, for it needs no pattern.
 *
 * @module
 */
import { InvalidOwnRuleError } from './errors.ts';
import type { OwnName } from './settings.ts';

export interface EnvValue {
  readonly name: string;
  readonly value: string;
}

export interface EnvValues {
  readonly values: readonly EnvValue[];
  /** For the person: names without a value here, and values that are left alone. Never a value. */
  readonly warnings: readonly string[];
}

const SHORTEST_VALUE = 6;
/** `*` alone would take PATH and HOME, and with them half of every text. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PREFIX = /^[A-Za-z_][A-Za-z0-9_]{2,}\*$/;

/** What settings are often set to, and texts are full of. */
const COMMON_WORDS = new Set(
  `false undefined enabled disabled default production prod development develop staging testing master release debug
  verbose warning error errors silent always unknown public private secret password example sample localhost internal
  github gitlab bitbucket jenkins docker linux ubuntu debian alpine windows darwin macosx x86_64 aarch64 amd64 arm64
  nodejs python javascript typescript postgres postgresql mysql mariadb sqlite mongodb rabbitmq openai anthropic
  us-east us-west europe america asia global utf-8 c.utf-8 application/json admin administrator guest nobody runner
  service client server system shared local remote change-me changeme`.split(/\s+/),
);
const COMMON_SHAPES: readonly RegExp[] = [
  /^(.)\1*$/s,
  /^\d{1,7}$/,
  /^v?\d{1,5}(?:\.\d{1,5}){1,3}$/,
  /^[a-z]{2}(?:-[a-z]+){1,2}-\d$/,
  /^[a-z]{2}_[A-Z]{2}(?:\.UTF-?8)?$/i,
  /^https?:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/?$/,
];

/** @throws {InvalidOwnRuleError} for a name that no variable can have, or a `*` that stands for too much. */
export function readEnvValues(
  names: readonly OwnName[],
  env: Readonly<Record<string, string | undefined>>,
): EnvValues {
  const values = new Map<string, EnvValue>();
  const warnings: string[] = [];
  for (const { name, where } of names) {
    const found = variablesOf(name, where, env);
    if (found.length === 0)
      warnings.push(`${where}: ${name} is not set here, so its value cannot be recognised`);
    for (const variable of found) {
      const problem = whyNot(variable.value);
      if (problem === undefined) values.set(variable.name, variable);
      else warnings.push(`${where}: the value of ${variable.name} is left in texts, for ${problem}`);
    }
  }
  return { values: [...values.values()], warnings };
}

function variablesOf(
  name: string,
  where: string,
  env: Readonly<Record<string, string | undefined>>,
): EnvValue[] {
  if (!NAME.test(name) && !PREFIX.test(name)) {
    throw new InvalidOwnRuleError(`${where}: ${JSON.stringify(name)} is no name of an environment variable`, {
      hint: 'Write a name such as SHOP_API_KEY, or at least three characters and a star: SHOP_*.',
    });
  }
  const prefix = name.endsWith('*') ? name.slice(0, -1) : undefined;
  return Object.entries(env).flatMap(([variable, value]) => {
    const isMeant = prefix === undefined ? variable === name : variable.startsWith(prefix);
    return isMeant && value !== undefined && value !== '' ? [{ name: variable, value }] : [];
  });
}

/** Why a value cannot be told from other text; undefined when it can. */
function whyNot(value: string): string | undefined {
  const text = value.trim();
  if (text.length < SHORTEST_VALUE) return `it is shorter than ${SHORTEST_VALUE} characters`;
  if (COMMON_WORDS.has(text.toLowerCase()) || COMMON_SHAPES.some((shape) => shape.test(text))) {
    return 'it is so common that removing it would spoil them';
  }
  return undefined;
}
