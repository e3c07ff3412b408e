/**
 * Every setting of the command line that has one value: its key, what it may be and what it does. Flags, `AGENTV_OPIK_*`
 * variables and `.agentv/opik.yaml` are read by this table, and the lists by that of `redaction.ts`.
 *
 * @module
 */
import { z } from 'zod';
import { groupBySchema } from '../bundle/manifest.ts';
import { CAPTURE_MODES } from '../capture/mode.ts';
import type { ListKey, ListSettings } from './redaction.ts';

/** What to do about a delivery that fails: nothing is tried, one warning, or a failing exit code. */
export const POLICIES = ['disabled', 'best-effort', 'required'] as const;
export const policySchema = z.enum(POLICIES);
export type Policy = z.infer<typeof policySchema>;

/** How a setting is shown; kept beside its schema. */
export interface SettingMeta {
  readonly description: string;
  /** What the value is called in `--help`; absent for switches. */
  readonly placeholder?: string;
  /** What may be written, as the end of "must be …". */
  readonly allowed: string;
  /** False for what differs from run to run and has no place in a file. */
  readonly inFile: boolean;
}

const text = z.string().trim().min(1);
const name = text.max(500);
/** A switch, from YAML as it is, from text by its usual spellings. */
const toggle = z.union([
  z.boolean(),
  z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] }),
]);
/** AgentV's exit code; YAML and flags both give it. */
const exitCode = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number),
  ])
  .pipe(z.number().int().min(0).max(255));

export const settingsSchema = z
  .strictObject({
    store: text,
    source: name,
    project: name,
    workspace: name,
    experiment_name: name,
    dataset: name,
    group_by: groupBySchema,
    assertions: toggle,
    capture: z.enum(CAPTURE_MODES),
    policy: policySchema,
    gate_exit_code: exitCode,
    allow_incomplete: toggle,
  })
  .partial();

type SingleSettings = z.output<typeof settingsSchema>;
/** What was set, wherever; nothing is defaulted here. */
export type Settings = SingleSettings & ListSettings;
/** The settings that have one value; the lists are in `redaction.ts`. */
export type SettingKey = keyof SingleSettings;

export const SETTING_KEYS: readonly SettingKey[] = settingsSchema.keyof().options;

export const SETTING_META: { readonly [Key in SettingKey]: SettingMeta } = {
  store: {
    description: 'Where bundles and receipts live: s3://bucket/prefix, file:///dir or a path',
    placeholder: 'uri',
    allowed: 's3://bucket/prefix, file:///dir or a path',
    inFile: true,
  },
  source: {
    description: 'The repository the run belongs to (default: from CI or the git remote)',
    placeholder: 'name',
    allowed: 'a name such as github.com/acme/shop',
    inFile: true,
  },
  project: {
    description: 'Opik project (default: agentv)',
    placeholder: 'name',
    allowed: 'a name',
    inFile: true,
  },
  workspace: {
    description: 'Opik workspace',
    placeholder: 'name',
    allowed: 'a name',
    inFile: true,
  },
  experiment_name: {
    description: 'Name of the experiment in Opik (default: "<experiment> · <run id>")',
    placeholder: 'name',
    allowed: 'a name',
    inFile: true,
  },
  dataset: {
    description: 'Opik dataset of the tests (default: "<project> · agentv")',
    placeholder: 'name',
    allowed: 'a name',
    inFile: true,
  },
  group_by: {
    description: 'One Opik experiment for the run, or one for each target (default: run)',
    placeholder: 'run|target',
    allowed: 'run or target',
    inFile: true,
  },
  assertions: {
    description: 'Also write assertion results, so that Opik shows pass and fail itself',
    allowed: 'true or false',
    inFile: true,
  },
  capture: {
    description: 'What may leave this machine: metadata-only, redacted or full (default: metadata-only)',
    placeholder: 'mode',
    allowed: 'metadata-only, redacted or full',
    inFile: true,
  },
  policy: {
    description: 'When it cannot be delivered: best-effort warns, required exits 3, disabled does not try',
    placeholder: 'policy',
    allowed: 'disabled, best-effort or required',
    inFile: true,
  },
  gate_exit_code: {
    description: "AgentV's own exit code, recorded as the verdict of the run",
    placeholder: 'n',
    allowed: 'a whole number from 0 to 255',
    inFile: false,
  },
  allow_incomplete: {
    description: 'Take an interrupted run as far as it went',
    allowed: 'true or false',
    inFile: true,
  },
};

/** `group_by` → `--group-by`. */
export function flagOf(key: SettingKey): string {
  return `--${key.replaceAll('_', '-')}`;
}

/** `group_by` → `AGENTV_OPIK_GROUP_BY`. */
export function variableOf(key: SettingKey | ListKey): string {
  return `AGENTV_OPIK_${key.toUpperCase()}`;
}
