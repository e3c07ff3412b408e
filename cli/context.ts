/**
 * @module
 */

/** Where text goes. */
export interface TextStream {
  write(text: string): void;
  /** Resolves when what was written has gone on its way, so that a slow reader holds the writer back. */
  drained?(): Promise<void>;
  readonly isTTY: boolean;
  /** Width in characters; absent where nobody looks. */
  readonly columns?: number | undefined;
}

/** Everything of the outer world that a command may see; `environment.ts` makes the real one. */
export interface CliContext {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly now: () => Date;
  /** Rejects with the signal's reason when that aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted, with an {@link InterruptedError} as its reason, by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Folders to remove whatever happens; whoever makes one adds it here, and takes it out when it is gone. */
  readonly temporaryFolders: Set<string>;
}
