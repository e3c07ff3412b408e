/**
 * Why a bundle is not in Opik, kept in the store where `status` finds it.
 *
 * @module
 */
import { z } from 'zod';
import { receiptsPath } from '../bundle/keys.ts';
import { AgentvOpikError } from '../errors.ts';
import type { ObjectStore } from '../store/port.ts';
import { InvalidReceiptError } from './errors.ts';
import { readJson, writeJson } from './json-object.ts';
import type { Message } from './messages.ts';

export const FAILURE_SCHEMA = 'agentv-opik.failure.v1';
const MAX_REASON = 1000;

export const failureSchema = z.object({
  schema: z.literal(FAILURE_SCHEMA),
  bundle: z.string(),
  /** The step that failed. */
  step: z.enum(['bundle', 'part', 'finish']),
  part: z.number().int().nonnegative().optional(),
  /** The error's code, such as `CORRUPT_OBJECT`. */
  code: z.string(),
  reason: z.string(),
  hint: z.string().optional(),
  /** It may heal without anybody's doing. */
  retryable: z.boolean(),
  /** No further try follows: the message is among the dead letters. */
  final: z.boolean(),
  /** How often the failing message was tried. */
  attempts: z.number().int().positive(),
  first_seen_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime(),
  /** When it was last taken up again after it had been final. */
  replayed_at: z.iso.datetime().optional(),
  tool_version: z.string(),
});
export type Failure = z.infer<typeof failureSchema>;

/** Whether a failure is that of the step which a message asks for. */
export function isFailureOf({ step, part }: Failure, message: Message): boolean {
  return step === message.kind && part === (message.kind === 'part' ? message.part : undefined);
}

export interface FailureFacts {
  readonly message: Message;
  readonly error: unknown;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly firstSeenAt: Date;
  readonly now: Date;
  readonly toolVersion: string;
  /** A failure may quote a server or a broken manifest. */
  readonly redact: (text: string) => string;
}

/** What an error means for a bundle. An error that is not ours is a fault of the program, and worth another try. */
export function describeFailure(facts: FailureFacts): Failure {
  const { message, error, attempts } = facts;
  const known = error instanceof AgentvOpikError ? error : undefined;
  // A foreign error's message may quote anything.
  const reason = known?.message ?? `Unexpected ${error instanceof Error ? error.name : typeof error}`;
  return {
    schema: FAILURE_SCHEMA,
    bundle: message.bundle,
    step: message.kind,
    ...(message.kind === 'part' ? { part: message.part } : {}),
    code: known?.code ?? 'UNEXPECTED',
    reason: facts.redact(reason).slice(0, MAX_REASON),
    ...(known?.hint === undefined ? {} : { hint: known.hint }),
    retryable: known?.retryable ?? true,
    final: attempts >= facts.maxAttempts,
    attempts,
    first_seen_at: facts.firstSeenAt.toISOString(),
    last_seen_at: facts.now.toISOString(),
    tool_version: facts.toolVersion,
  };
}

/**
 * Failures of a bundle: `receipts/<bundle>/<destination>/failure.json`, or without the destination while none is known.
 *
 * Parts that fail at the same time overwrite each other's: the last one is told.
 */
export class FailureStore {
  readonly #store: ObjectStore;
  readonly #bundle: string;

  constructor(store: ObjectStore, bundle: string) {
    this.#store = store;
    this.#bundle = bundle;
  }

  /** One that cannot be read, such as a newer version's, counts as none: a remark must not hinder the work itself. */
  async read(destination?: string): Promise<Failure | undefined> {
    try {
      return await readJson(this.#store, this.#key(destination), failureSchema);
    } catch (error) {
      if (error instanceof InvalidReceiptError) return undefined;
      throw error;
    }
  }

  write(failure: Failure, destination?: string): Promise<void> {
    return writeJson(this.#store, this.#key(destination), failure);
  }

  remove(destination?: string): Promise<void> {
    return this.#store.delete(this.#key(destination));
  }

  /**
   * Takes back that a failure is the last word, for what failed is tried again.
   *
   * @returns the failure as it was; undefined where none was final, or not `which`
   */
  async reopen(
    at: Date,
    destination?: string,
    which: (failure: Failure) => boolean = () => true,
  ): Promise<Failure | undefined> {
    const failure = await this.read(destination);
    if (failure?.final !== true || !which(failure)) return undefined;
    await this.write({ ...failure, final: false, replayed_at: at.toISOString() }, destination);
    return failure;
  }

  /** All failures there are, that of no destination first. */
  async *all(): AsyncGenerator<Failure> {
    for await (const destination of this.destinations()) {
      const failure = await this.read(destination);
      if (failure !== undefined) yield failure;
    }
  }

  /** Where failures may lie: at no destination, and at each that the bundle has receipts for. */
  async *destinations(): AsyncGenerator<string | undefined> {
    yield undefined;
    yield* this.#store.listFolders(`${receiptsPath(this.#bundle)}/`);
  }

  #key(destination: string | undefined): string {
    const folder = receiptsPath(this.#bundle);
    return destination === undefined ? `${folder}/failure.json` : `${folder}/${destination}/failure.json`;
  }
}
