/**
 * `.agentv/opik.yaml`, from text to settings.
 *
 * @module
 */
import leven from 'leven';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import {
  InvalidSettingError,
  MisplacedSettingError,
  MissingVariableError,
  SettingsFileError,
  UnknownSettingError,
} from './errors.ts';
import { type Environment, interpolate } from './interpolate.ts';
import { LIST_KEYS, LIST_META, type ListKey, readList, type WrittenItem } from './redaction.ts';
import { flagOf, SETTING_KEYS, SETTING_META, type SettingKey, type Settings, variableOf } from './schema.ts';
import { readValue } from './value.ts';

export interface SettingsFile {
  /** As shown to the person, e.g. `.agentv/opik.yaml`. */
  readonly name: string;
  readonly text: string;
}

const SECRET = /key|secret|token|password|credential/i;
const ADDRESS = /^(?:opik_)?(?:url|url_override|api_url|host|endpoint)$/i;
const FILE_KEYS = [...SETTING_KEYS.filter((key) => SETTING_META[key].inFile), ...LIST_KEYS];
/** Further off than this, a suggestion confuses. */
const MAX_DISTANCE = 4;

/**
 * Reads a settings file.
 *
 * Guarantees: every key is known, every value allowed, or an error names the file and the line; nothing secret is taken
 * from it, nor the address that a secret would be sent to, for a pull request can change this file.
 *
 * @throws SettingsFileError, UnknownSettingError, InvalidSettingError, MisplacedSettingError, MissingVariableError
 */
export function readSettingsFile({ name, text }: SettingsFile, env: Environment): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number | undefined): string =>
    offset === undefined ? name : `${name}:${lines.linePos(offset).line}`;
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new SettingsFileError(`${lineAt(broken.pos[0])}: not valid YAML: ${firstLine(broken.message)}`, {
      hint: 'Correct the line; settings are written as `key: value`.',
    });
  }
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return {};
  if (!isMap(root)) {
    throw new SettingsFileError(`${name}: must hold settings as \`key: value\` lines`, {
      hint: `The settings are ${FILE_KEYS.join(', ')}.`,
    });
  }
  return readMap(root, { env, lineAt, document });
}

interface Place {
  readonly env: Environment;
  readonly lineAt: (offset: number | undefined) => string;
  readonly document: Document;
}

function readMap(root: YAMLMap, place: Place): Settings {
  const { env, lineAt } = place;
  let settings: Settings = {};
  for (const pair of root.items) {
    const written = keyOf(pair);
    const where = lineAt(startOf(pair.key));
    const list = LIST_KEYS.find((candidate) => candidate === written);
    if (list !== undefined) {
      settings = { ...settings, ...readList(list, itemsOf(pair, list, where, place)) };
      continue;
    }
    const key = knownKey(written, where);
    const value = scalarOf(pair, written, where);
    const missing = (variable: string): Error =>
      new MissingVariableError(
        `${where}: ${written} needs the environment variable ${variable}, which is not set`,
        {
          hint: `Set ${variable}, or write the value itself.`,
        },
      );
    const given = typeof value === 'string' ? interpolate(value, env, missing) : value;
    settings = { ...settings, ...readValue(key, given, `${where}: ${written}`, value) };
  }
  return settings;
}

/** @throws InvalidSettingError, MissingVariableError */
function itemsOf(pair: Pair, key: ListKey, where: string, { env, lineAt, document }: Place): WrittenItem[] {
  const { value: list } = pair;
  if (!isSeq(list)) {
    throw new InvalidSettingError(`${where}: ${key} must be a list`, {
      hint: `Write each item on a line of its own, after "- ": ${LIST_META[key].item}.`,
    });
  }
  return list.items.map((item) => {
    const place = lineAt(isNode(item) ? item.range?.[0] : undefined);
    const missing = (variable: string): Error =>
      new MissingVariableError(
        `${place}: ${key} needs the environment variable ${variable}, which is not set`,
        { hint: `Set ${variable}, or write the text itself.` },
      );
    const value: unknown = isNode(item) ? item.toJS(document) : item;
    return { value: interpolateAll(value, env, missing), where: `${place}: ${key}` };
  });
}

function interpolateAll(value: unknown, env: Environment, missing: (name: string) => Error): unknown {
  if (typeof value === 'string') return interpolate(value, env, missing);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, interpolateAll(member, env, missing)]),
  );
}

function scalarOf(pair: Pair, written: string, where: string): unknown {
  const { value } = pair;
  if (isScalar(value)) return value.value;
  if (value === null) return null;
  throw new InvalidSettingError(`${where}: ${written} must be one value, not a list or mapping`, {
    hint: `Write it as \`${written}: value\`.`,
  });
}

function knownKey(written: string, where: string): SettingKey {
  const key = SETTING_KEYS.find((candidate) => candidate === written);
  if (key !== undefined) {
    if (SETTING_META[key].inFile) return key;
    throw new MisplacedSettingError(
      `${where}: ${key} differs from run to run and does not belong in a file`,
      {
        hint: `Give it by ${flagOf(key)} or ${variableOf(key)}.`,
      },
    );
  }
  if (SECRET.test(written) && !written.startsWith('redact_')) {
    throw new MisplacedSettingError(`${where}: ${written} does not belong in a file of the repository`, {
      hint: 'Give the key by OPIK_API_KEY or ~/.opik.config, and S3 credentials as for the AWS command line.',
    });
  }
  if (ADDRESS.test(written)) {
    throw new MisplacedSettingError(
      `${where}: ${written} does not belong in a file of the repository, for the API key is sent there`,
      { hint: 'Give the URL by OPIK_URL_OVERRIDE or ~/.opik.config.' },
    );
  }
  throw new UnknownSettingError(`${where}: unknown key ${JSON.stringify(written)}`, {
    hint: suggestion(written, FILE_KEYS),
  });
}

/** "Did you mean …?", or all there is. */
export function suggestion(written: string, known: readonly string[]): string {
  const folded = fold(written);
  const [nearest] = known
    .map((key) => ({ key, distance: leven(folded, fold(key)) }))
    .sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined && nearest.distance <= MAX_DISTANCE) return `Did you mean ${nearest.key}?`;
  return `Known are ${known.join(', ')}.`;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) ? node.range?.[0] : undefined;
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
