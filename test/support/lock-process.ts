import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LockHolder } from '../../src/model/errors/lifecycle-errors.ts';

/** What a parent asks of the process in lock-child.ts. */
export type LockRequest =
  | { readonly type: 'acquire'; readonly atMs: number }
  | { readonly type: 'release' };

/** What that process answers, after a first `ready`. */
export type LockAnswer =
  | { readonly type: 'ready' | 'released' }
  | { readonly type: 'acquired'; readonly holder: LockHolder }
  | { readonly type: 'locked'; readonly holder: LockHolder | undefined };

/** A real process that takes and gives up the lock of a directory when it is asked to. */
export class LockProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts the process; resolves when it can be asked. */
  static async start(directory: string): Promise<LockProcess> {
    const script = fileURLToPath(new URL('./lock-child.ts', import.meta.url));
    const child = fork(script, [directory], { execArgv: ['--import', 'tsx'] });
    const started = new LockProcess(child);
    await started.#answer();
    return started;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks it to acquire the lock at a time of the system's clock, or at once. */
  acquire(atMs = 0): Promise<LockAnswer> {
    return this.#ask({ type: 'acquire', atMs });
  }

  release(): Promise<LockAnswer> {
    return this.#ask({ type: 'release' });
  }

  /** Ends it without a chance to tidy up; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #ask(request: LockRequest): Promise<LockAnswer> {
    const answer = this.#answer();
    this.#child.send(request);
    return answer;
  }

  #answer(): Promise<LockAnswer> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the process ended before it answered'));
      this.#child.once('exit', ended);
      this.#child.once('message', (answer: LockAnswer) => {
        this.#child.off('exit', ended);
        resolve(answer);
      });
    });
  }
}
