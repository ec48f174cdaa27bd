import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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
export function compileWriter(codeDirectory: string, scripts = ['writer-child.ts']): void {
  compileTree(codeDirectory, [...scripts, 'aggregates.ts']);
}

/**
 * A real process that writes to a store until it is killed, and prints what it is told as lines of
 * JSON.
 */
export class WriterProcess<Request extends Serializable = WriterRequest, Line = ReturnedEvent[]> {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;
  readonly #output: Readable;
  readonly #gone: Promise<unknown>;
  #printed = '';

  /** Starts the process, which loads the code in `codeDirectory` and waits. */
  constructor(codeDirectory: string, storeDirectory: string, script = 'writer-child.js') {
    this.#child = fork(join(codeDirectory, 'test/support', script), [storeDirectory], {
      execArgv: [],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const output = this.#child.stdout;
    if (output === null) throw new Error('the output of the process is a pipe');
    this.#output = output;
    output.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
    this.#gone = once(this.#child, 'close');
    this.#ready = this.#unlessGone(once(this.#child, 'message'));
  }

  /** Lets it open the store and write. Resolves when it was told so. */
  async start(request: Request): Promise<void> {
    await this.#ready;
    this.#child.send(request);
  }

  /** Resolves when a write has returned; rejects when the process ends before. */
  async hasWritten(): Promise<void> {
    await this.hasPrinted(1);
  }

  /** Resolves when it has printed so many characters; rejects when the process ends before. */
  async hasPrinted(characters: number): Promise<void> {
    while (this.#printed.length < characters) {
      await this.#unlessGone(once(this.#output, 'data'));
    }
  }

  /** Kills it. @returns what it had printed by then, each write with its events in order */
  async kill(): Promise<Line[]> {
    if (this.#child.exitCode !== null) throw new Error('the process has ended by itself');
    this.#child.kill('SIGKILL');
    await this.#gone;
    // What follows the last line break was cut off by the kill.
    const lines = this.#printed.split('\n').slice(0, -1);
    return lines.map((line): Line => JSON.parse(line));
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
