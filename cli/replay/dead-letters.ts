/**
 * The dead letters of an ingestion, in SQS.
 *
 * @module
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  type SQSClient,
  type Message as SqsMessage,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { CliContext } from '../context.ts';
import { UsageError } from '../errors.ts';
import { MoveFailedError, QueueAccessError } from './errors.ts';
import { BATCH, batchesOf, sendBatch, sqsClient } from './sqs.ts';

/** A dead letter, held back from others for a while. */
export interface Letter {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
}

/** Long enough to look at a batch of letters and send them. Seconds. */
const HELD_S = 120;
/** SQS asks a sample of its machines, so that one empty answer means little. */
const EMPTY_ANSWERS = 2;
const TASK_POLL_MS = 1000;

export class DeadLetters {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #context: CliContext;

  constructor(context: CliContext, url: string) {
    this.#context = context;
    this.#url = url;
    this.#client = sqsClient(context, url);
  }

  /** About how many there are, and how many of others are held back by somebody. @throws QueueAccessError */
  async count(): Promise<{ readonly total: number; readonly held: number }> {
    const { Attributes = {} } = await this.#call('look at', () =>
      this.#client.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.#url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      ),
    );
    return {
      total: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      held: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  }

  /**
   * Takes up to `max` letters, each once.
   *
   * They come back by themselves after {@link HELD_S} seconds; {@link release} gives them back at once.
   *
   * @throws QueueAccessError
   */
  async receive(max: number): Promise<Letter[]> {
    const letters = new Map<string, Letter>();
    for (let empty = 0; letters.size < max && empty < EMPTY_ANSWERS; ) {
      const { Messages = [] } = await this.#call('receive from', () =>
        this.#client.send(
          new ReceiveMessageCommand({
            QueueUrl: this.#url,
            MaxNumberOfMessages: Math.min(BATCH, max - letters.size),
            VisibilityTimeout: HELD_S,
            WaitTimeSeconds: 1,
          }),
          this.#options,
        ),
      );
      const before = letters.size;
      for (const letter of Messages.flatMap(letterOf)) letters.set(letter.id, letter);
      empty = letters.size === before ? empty + 1 : 0;
    }
    return [...letters.values()];
  }

  /** Gives letters back, for others to see. */
  async release(letters: readonly Letter[]): Promise<void> {
    for (const batch of batchesOf(letters)) {
      await this.#call('give back to', () =>
        this.#client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: this.#url,
            Entries: batch.map(({ receipt }, index) => ({
              Id: String(index),
              ReceiptHandle: receipt,
              VisibilityTimeout: 0,
            })),
          }),
        ),
      );
    }
  }

  /**
   * Sends letters to a queue and takes them out of this one.
   *
   * Guarantee: a letter is taken out only after it was sent; one that was sent and not taken out is delivered twice,
   * which changes nothing.
   *
   * @returns the letters that were not sent, given back
   * @throws QueueAccessError
   */
  async resend(letters: readonly Letter[], queueUrl: string): Promise<Letter[]> {
    const left: Letter[] = [];
    for (const batch of batchesOf(letters)) {
      const refused = await this.#call('send to the source of', () =>
        sendBatch(
          this.#client,
          queueUrl,
          batch.map(({ body }) => body),
        ),
      );
      left.push(...batch.filter((_letter, index) => refused.has(index)));
      await this.#remove(batch.filter((_letter, index) => !refused.has(index)));
    }
    await this.release(left);
    return left;
  }

  /**
   * Has SQS move all letters back to where they came from, and waits for the end.
   *
   * @returns how many, or nothing where there is no such operation
   * @throws QueueAccessError, MoveFailedError
   */
  async moveAll(): Promise<number | undefined> {
    const arn = await this.#arn();
    try {
      await this.#client.send(new StartMessageMoveTaskCommand({ SourceArn: arn }), this.#options);
    } catch (error) {
      if (isUnsupported(error)) return undefined;
      throw this.#refusal('move the dead letters of', error);
    }
    for (;;) {
      const { Results = [] } = await this.#call('look at the move of', () =>
        this.#client.send(new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: 1 }), this.#options),
      );
      const [task] = Results;
      const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
      if (task?.Status === 'COMPLETED') return moved;
      if (task?.Status !== undefined && task.Status !== 'RUNNING') {
        throw new MoveFailedError(
          `SQS moved ${moved} dead letters and stopped: ${task.FailureReason ?? task.Status}`,
          { hint: 'Run the same command again for the others.' },
        );
      }
      await this.#context.sleep(TASK_POLL_MS, this.#context.signal);
    }
  }

  /** The one queue whose dead letters these are. @throws UsageError when it cannot be told */
  async source(): Promise<string> {
    let urls: readonly string[] = [];
    try {
      const { queueUrls = [] } = await this.#client.send(
        new ListDeadLetterSourceQueuesCommand({ QueueUrl: this.#url }),
        this.#options,
      );
      urls = queueUrls;
    } catch (error) {
      if (!isUnsupported(error)) throw this.#refusal('find the source of', error);
    }
    const [url, another] = urls;
    if (url !== undefined && another === undefined) return url;
    throw new UsageError(
      url === undefined ? 'No queue has these dead letters' : 'Several queues have these dead letters',
      { hint: 'Name the queue to send them to with --queue or AGENTV_OPIK_QUEUE_URL.' },
    );
  }

  async #remove(letters: readonly Letter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.#call('take out of', () =>
      this.#client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#url,
          Entries: letters.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt })),
        }),
      ),
    );
  }

  async #arn(): Promise<string> {
    const { Attributes = {} } = await this.#call('look at', () =>
      this.#client.send(
        new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: ['QueueArn'] }),
        this.#options,
      ),
    );
    return Attributes.QueueArn ?? '';
  }

  get #options(): { abortSignal: AbortSignal } {
    return { abortSignal: this.#context.signal };
  }

  async #call<Value>(doing: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw this.#refusal(doing, error);
    }
  }

  #refusal(doing: string, cause: unknown): Error {
    this.#context.signal.throwIfAborted();
    const name = cause instanceof Error ? cause.name : 'Error';
    return new QueueAccessError(`Cannot ${doing} ${this.#url}: ${name}`, {
      hint: 'Check the URL, the region and the permissions of your AWS credentials; --verbose says more.',
      cause,
    });
  }
}

function letterOf({ MessageId: id, Body: body, ReceiptHandle: receipt }: SqsMessage): Letter[] {
  return id === undefined || body === undefined || receipt === undefined ? [] : [{ id, body, receipt }];
}

/** Emulators say it in several ways, or not in the protocol at all, which the SDK cannot parse. */
function isUnsupported(error: unknown): boolean {
  return (
    error instanceof Error &&
    /UnsupportedOperation|InvalidAction|UnknownOperation|UnknownAction|NotImplemented|SyntaxError/.test(
      error.name,
    )
  );
}
