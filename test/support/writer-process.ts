import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileTree } from './compiled-tree.ts';
import type { HostOptions } from './store-host.ts';

/** Starts the writing of the process in writer-child.ts. */
export interface WriterRequest {
  readonly seed: number;
  readonly options: HostOptions;
}

/** What that process says when it can be asked. */
export interface WriterAnswer {
  readonly type: 'ready';
}

/** One event of a write that has returned. */
export interface ReturnedEvent {
  readonly eventId: string;
  readonly sequence: number;
  /** In hexadecimal. */
  readonly hash: string;
  readonly payload: unknown;
}

/** Puts the code that writers run into a directory. */
export function compileWriter(codeDirectory: string): void {
  compileTree(codeDirectory, ['writer-child.ts', 'aggregates.ts']);
}

/** A real process that writes to a store until it is killed. */
export class WriterProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;
  readonly #wrote: Promise<unknown>;
  readonly #gone: Promise<unknown>;
  #printed = '';

  /** Starts the process, which loads the code in `codeDirectory` and waits. */
  constructor(codeDirectory: string, storeDirectory: string) {
    const script = join(codeDirectory, 'test/support/writer-child.js');
    this.#child = fork(script, [storeDirectory], {
      execArgv: [],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const output = this.#child.stdout;
    if (output === null) throw new Error('the output of the process is a pipe');
    output.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
    this.#gone = once(this.#child, 'close');
    this.#ready = this.#unlessGone(once(this.#child, 'message'));
    this.#wrote = this.#unlessGone(once(output, 'data'));
  }

  /** Lets it open the store and write. Resolves when it was told so. */
  async start(request: WriterRequest): Promise<void> {
    await this.#ready;
    this.#child.send(request);
  }

  /** Resolves when a write has returned; rejects when the process ends before. */
  async hasWritten(): Promise<void> {
    await this.#wrote;
  }

  /** Kills it. @returns the writes that had returned by then, each with its events in order */
  async kill(): Promise<ReturnedEvent[][]> {
    if (this.#child.exitCode !== null) throw new Error('the process has ended by itself');
    this.#child.kill('SIGKILL');
    await this.#gone;
    // What follows the last line break was cut off by the kill.
    const lines = this.#printed.split('\n').slice(0, -1);
    return lines.map((line): ReturnedEvent[] => JSON.parse(line));
  }

  #unlessGone(promise: Promise<unknown>): Promise<unknown> {
    const gone = this.#gone.then(() => {
      throw new Error('the process ended too early');
    });
    const either = Promise.race([promise, gone]);
    // Whoever waits for it is told; that nobody does is no failure.
    either.catch(() => undefined);
    return either;
  }
}
