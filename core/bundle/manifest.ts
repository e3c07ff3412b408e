/**
 * `agentv-opik.manifest.v1`: what makes a folder of objects a bundle.
 *
 * The manifest is put last and only if absent; a bundle without one does not exist. It names every object with its
 * stored size and SHA-256, so that whoever reads can tell whether he reads what was written.
 *
 * @module
 */
import { z } from 'zod';
import { captureModeSchema } from '../capture/mode-schema.ts';
import { testCaseSchema, tokenUsageSchema } from '../run/result.ts';

export const MANIFEST_SCHEMA = 'agentv-opik.manifest.v1';

const count = z.number().int().nonnegative();
const isoTime = z.iso.datetime({ offset: false });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const name = z.string().min(1).max(2048);

/** A path inside the bundle: no climbing, no empty segment. */
const objectPath = z
  .string()
  .max(512)
  .regex(/^(?:parts|items|artifacts)\/\d{5}\.jsonl\.zst$/);

export const bundleObjectSchema = z
  .object({
    path: objectPath.describe('Relative to the folder of the manifest.'),
    kind: z.enum(['part', 'items', 'artifacts']),
    size: count.describe('Stored bytes.'),
    sha256: sha256.describe('Of the stored bytes.'),
    plain_size: count.describe('Bytes after decompression.'),
    plain_sha256: sha256.describe(
      'Of the bytes after decompression; the digest of the bundle is made of these.',
    ),
    lines: count.describe('JSON objects in it.'),
  })
  .describe('One object of the bundle.');
export type BundleObject = z.infer<typeof bundleObjectSchema>;

export const groupBySchema = z.enum(['run', 'target']);
export type GroupBy = z.infer<typeof groupBySchema>;

export const destinationSchema = z
  .object({
    project: name.optional().describe('Opik project; the ingesting side decides when absent.'),
    workspace: name.optional(),
    experiment_name: name.optional(),
    dataset: name.optional(),
    group_by: groupBySchema.describe('`run`: one experiment; `target`: one for each target.'),
    assertions: z
      .boolean()
      .describe('Also write assertion results, so that Opik shows pass and fail itself.'),
  })
  .describe('What the uploader asked for. The ingesting side may override it.');
export type Destination = z.infer<typeof destinationSchema>;

export const runIdentitySchema = z
  .object({
    source: name.describe('The repository the run belongs to.'),
    run_key: name.describe('Names the run within its source; the same when the run is resumed.'),
    run_id: name,
    experiment: name.optional().describe('AgentV experiment.'),
    layout: name.describe('The AgentV layout it was read from.'),
    started_at: isoTime,
    as_of: isoTime.describe(
      'Time of the latest result: of two bundles of one run the later one is the newer.',
    ),
    complete: z.boolean(),
    planned_test_count: count.optional(),
    eval_files: z.array(z.string()).max(1000),
    suites: z.array(z.string()).max(1000),
    targets: z.array(z.string()).max(1000),
  })
  .describe('Which run this is.');
export type RunIdentity = z.infer<typeof runIdentitySchema>;

export const provenanceSchema = z
  .object({
    agentv_version: name.optional(),
    git: z
      .object({
        commit: name.optional(),
        branch: name.optional(),
        repository: name.optional(),
        dirty: z.boolean().optional(),
      })
      .optional(),
    ci: z
      .object({
        provider: name,
        url: name.optional(),
        run_id: name.optional(),
        attempt: name.optional(),
        pull_request: name.optional(),
        job: name.optional(),
      })
      .optional(),
    flags: z.array(z.string()).max(100).describe('Names of the flags given to `upload`; never their values.'),
    env_names: z
      .array(z.string())
      .max(100)
      .describe('Names of the environment variables that set something.'),
  })
  .describe('Where it came from. Not part of the digest.');
export type Provenance = z.infer<typeof provenanceSchema>;

export const gateSchema = z
  .object({
    status: z.enum(['passed', 'failed', 'errored', 'unknown']),
    exit_code: z.number().int().min(0).max(255).optional().describe("AgentV's own, when CI gave it."),
    derived: z.boolean().describe('True: read off the rows, for lack of an exit code. Never an authority.'),
    rows: z.object({ passed: count, failed: count, errored: count }),
  })
  .describe('The verdict, as recorded. AgentV decides; nothing here recomputes it.');
export type Gate = z.infer<typeof gateSchema>;

export const rejectionSchema = z.object({ file: z.string(), line: count, reason: z.string().max(500) });

export const manifestSchema = z
  .object({
    $schema: z.string().optional(),
    schema: z.literal(MANIFEST_SCHEMA),
    digest: sha256.describe(
      'Of identity, gate, capture, destination and the plain objects; see docs/bundle.md.',
    ),
    created_at: isoTime,
    tool: z.object({ name: z.literal('agentv-opik'), version: name }),
    revision: z
      .number()
      .int()
      .positive()
      .describe('How many bundles of this run the store held, this one included.'),
    run: runIdentitySchema,
    provenance: provenanceSchema,
    gate: gateSchema,
    capture: z.object({
      mode: captureModeSchema,
      redactions: z.object({
        by_rule: z.record(z.string(), count),
        by_field: z.record(z.string(), count),
      }),
      fell_back: count.describe('Results that went metadata-only because redaction failed on them.'),
      fell_back_by: z
        .record(z.string(), count)
        .optional()
        .describe('Why results went metadata-only, and files were left out.'),
    }),
    destination: destinationSchema,
    totals: z.object({
      rows: count.describe('Lines read from the index.'),
      results: count,
      superseded: count.describe('Rows that a later row of the same result replaced.'),
      rejected: count.describe('Lines that could not be read.'),
      by_status: z.object({ ok: count, quality_failure: count, execution_error: count }),
      items: count.describe('Distinct dataset items (suite × test).'),
      scores: count.describe("Graders' scores, nested ones included."),
      spans: count,
      usage: tokenUsageSchema,
      cost_usd: z.number().nonnegative().optional(),
      artifact_files: count,
    }),
    rejected: z.array(rejectionSchema).max(100).describe('The first hundred; `totals.rejected` is whole.'),
    skipped_files: z
      .array(z.object({ path: z.string(), reason: z.string() }))
      .max(100)
      .describe('Files of the run that the capture mode or their size kept out; the first hundred.'),
    objects: z.array(bundleObjectSchema).min(1),
  })
  .describe('Manifest of an agentv-opik bundle.');
export type Manifest = z.infer<typeof manifestSchema>;

/** One line of `items/*.jsonl.zst`: a dataset item, distinct by suite and test. */
export const datasetItemSchema = testCaseSchema.extend({ schema: z.literal('agentv-opik.item.v1') });
export type BundleItem = z.infer<typeof datasetItemSchema>;

/** One line of `artifacts/*.jsonl.zst`: a run file, or a piece of one; pieces of a file follow each other. */
export const artifactChunkSchema = z.object({
  path: z.string(),
  last: z.boolean(),
  text: z.string().optional(),
  base64: z.string().optional(),
});
export type ArtifactChunk = z.infer<typeof artifactChunkSchema>;
