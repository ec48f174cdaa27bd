import type { ProcessIdentity } from '../model/platform.ts';

/** What {@link MemoryProcess} can be told; everything else has a default. */
export interface MemoryProcessOptions {
  /** @default 1 */
  readonly pid?: number;
  /** @default '1000' */
  readonly startTime?: string;
  /** @default 'boot-1' */
  readonly bootId?: string;
  /** @default 'pid:[1]' */
  readonly pidNamespace?: string;
  /** @default 'memory' */
  readonly hostname?: string;
  /** The processes of the host, to be shared by those that are to see each other. */
  readonly running?: Map<number, string>;
}

/** A process that a test makes up, on a host whose running processes are a map of the test's. */
export class MemoryProcess implements ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly hostname: string;
  /** Start time of each process that runs on the host, by pid; this one puts itself in. */
  readonly running: Map<number, string>;

  constructor(options: MemoryProcessOptions = {}) {
    this.pid = options.pid ?? 1;
    this.startTime = options.startTime ?? '1000';
    this.bootId = options.bootId ?? 'boot-1';
    this.pidNamespace = options.pidNamespace ?? 'pid:[1]';
    this.hostname = options.hostname ?? 'memory';
    this.running = options.running ?? new Map();
    this.running.set(this.pid, this.startTime);
  }

  startTimeOf(pid: number): string | undefined {
    return this.running.get(pid);
  }

  /** Ends the process, as the others see it. */
  end(): void {
    if (this.running.get(this.pid) === this.startTime) this.running.delete(this.pid);
  }
}
