/**
 * @module
 */
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { type Capture, createCapture } from '../../core/capture/index.ts';
import { localCaptureSettings } from '../capture.ts';
import { NotTextError, RedactionFailedError, UsageError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { Findings, type ScanReport } from '../redact/findings.ts';
import { type RuleCatalogue, ruleCatalogue } from '../redact/rules.ts';
import { FORMATS, formatOf, scanFile } from '../redact/scan-file.ts';
import { scanRun } from '../redact/scan-run.ts';
import { type Target, targetsOf } from '../redact/targets.ts';
import { openWriter, type Writer } from '../redact/writer.ts';
import { redactJson, renderRedact } from '../render/redact.ts';
import { renderRule, renderRules, ruleJson, rulesJson } from '../render/rules.ts';
import type { Session } from '../session.ts';
import { type LoadedSettings, loadSettings } from '../settings.ts';

const optionsSchema = z.object({
  output: z.string().min(1).optional(),
  format: z.enum(FORMATS).optional(),
  failOnFindings: z.boolean().default(false),
  explain: z.string().optional(),
  listRules: z.boolean().default(false),
});
type RedactOptions = z.output<typeof optionsSchema>;

/**
 * What would be redacted, with nothing that could be used.
 *
 * Guarantees: nothing leaves the machine, and nothing is stored but what `--output` asks for; memory is bounded.
 */
export async function redact(
  session: Session,
  names: readonly string[],
  commandOptions: unknown,
): Promise<number> {
  const options = readOptions(commandOptions);
  refuseQuestionsAtOnce(options, names);
  const settings = await loadSettings(session);
  const capture = makeCapture(session, settings);
  const catalogue = ruleCatalogue(capture, settings.own?.described ?? []);
  if (options.listRules) return listRules(session, catalogue);
  if (options.explain !== undefined) return explain(session, catalogue, options.explain);

  const { context, output } = session;
  const targets = await targetsOf(names, {
    cwd: context.cwd,
    agentvHome: context.env.AGENTV_HOME || undefined,
  });
  const writer = writerFor(session, targets, options);
  const findings = new Findings();
  try {
    for (const target of targets) await scan(session, target, { capture, findings, options, writer });
    await writer?.finish();
  } catch (error) {
    await writer?.abandon();
    throw error;
  }
  output.endProgress();
  const report = findings.report();
  if (options.output === '-') output.note(renderRedact(report));
  else output.result((style) => renderRedact(report, style), redactJson(report));
  return options.failOnFindings && isFailure(report) ? EXIT.findings : EXIT.done;
}

function makeCapture({ context }: Session, settings: LoadedSettings): Capture {
  return createCapture({ ...localCaptureSettings(context, settings), mode: 'redacted' });
}

/** @throws UsageError */
function readOptions(given: unknown): RedactOptions {
  const parsed = optionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--format must be one of ${FORMATS.join(', ')}`, {
    hint: 'Leave it out for the kind that the name of the file says.',
  });
}

/** @throws UsageError where one answer would leave the rest unsaid */
function refuseQuestionsAtOnce({ listRules, explain }: RedactOptions, names: readonly string[]): void {
  const asked = [
    ...(listRules ? ['--list-rules'] : []),
    ...(explain === undefined ? [] : ['--explain']),
    ...(names.length === 0 ? [] : ['a run or a file']),
  ];
  if (asked.length < 2 || (!listRules && explain === undefined)) return;
  throw new UsageError(`${asked.join(' and ')} cannot be given together`, {
    hint: 'Ask for the rules, for one rule, or for what is found: one at a time.',
  });
}

/** @throws UsageError where there is not one text to write */
function writerFor(
  { context, output }: Session,
  targets: readonly Target[],
  options: RedactOptions,
): Writer | undefined {
  if (options.output === undefined) return undefined;
  const [target] = targets;
  if (target?.kind === 'run') {
    throw new UsageError('A run is not written as one redacted text', {
      hint: 'Store it with `agentv-opik upload --capture redacted` and read it with `pull`, or name one of its files.',
    });
  }
  if (targets.length !== 1) {
    throw new UsageError(`--output takes the text of one file, not of ${targets.length}`, {
      hint: 'Name one file, or - for standard input.',
    });
  }
  if (options.output === '-' && output.flags.json) {
    throw new UsageError('--json and --output - both want standard output', {
      hint: 'Give --output a file.',
    });
  }
  return openWriter(options.output, { cwd: context.cwd, output });
}

interface Scan {
  readonly capture: Capture;
  readonly findings: Findings;
  readonly options: RedactOptions;
  readonly writer: Writer | undefined;
}

async function scan({ context, output }: Session, target: Target, scanning: Scan): Promise<void> {
  const { capture, findings, options, writer } = scanning;
  const { signal } = context;
  if (target.kind === 'run') {
    const onResult = (done: number, total: number): void => output.progress('Scanning results', done, total);
    await scanRun({ location: target.location, capture, findings, signal, onResult });
    return;
  }
  const isStdin = target.kind === 'stdin';
  const file = isStdin ? '-' : capture.name(target.shown);
  try {
    await scanFile({
      capture,
      findings,
      file,
      format: options.format ?? (isStdin ? undefined : formatOf(target.path)),
      bytes: isStdin ? context.stdin : createReadStream(target.path),
      write: writer?.write,
      signal,
    });
  } catch (error) {
    const isLeftOut = error instanceof NotTextError || error instanceof RedactionFailedError;
    if (!isLeftOut || writer !== undefined) throw error;
    findings.skip(file, error instanceof NotTextError ? 'binary' : 'could not be redacted');
  }
}

/** What could not be looked at is no clean bill of health. Paths are shortened for reading, not for secrecy. */
function isFailure({ total, hostPaths, skipped }: ScanReport): boolean {
  return total > hostPaths || skipped.some(({ reason }) => reason !== 'binary');
}

function listRules({ output }: Session, catalogue: RuleCatalogue): number {
  output.result((style) => renderRules(catalogue, style), rulesJson(catalogue));
  return EXIT.done;
}

/** @throws UsageError for a rule that there is not */
function explain({ output }: Session, catalogue: RuleCatalogue, id: string): number {
  const rule = catalogue.explain(id);
  output.result((style) => renderRule(rule, style), ruleJson(rule));
  return EXIT.done;
}
