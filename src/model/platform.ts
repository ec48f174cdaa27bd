import type { Files } from './files.ts';

/**
 * Everything the store takes from outside itself. `nodePlatform()` is the real one;
 * `memoryPlatform()` of `batpak/testing` keeps files in memory, stands its clock still and draws
 * its random numbers from a seed.
 */
export interface Platform {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly process: ProcessIdentity;
}

/** The time. */
export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z, an integer. It may stand still or fall back. */
  nowUs(): number;
  /** Milliseconds of a clock that never falls back, for measuring how long something took. */
  elapsedMs(): number;
}

/** A source of unpredictable bytes. */
export interface Random {
  /** Fills `bytes` from `start` up to, not including, `end`. */
  fill(bytes: Uint8Array, start: number, end: number): void;
}

/** One-shot timers. Those that wait never keep the process alive. */
export interface Timers {
  /** Calls `callback` once after `delayMs` milliseconds; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /**
   * Calls `callback` once on the next turn of the event loop, behind the input and output that is
   * due. Keeps the process alive until then: it is work that was accepted.
   */
  soon(callback: () => void): void;
}

/** Who this process is, and whether another one still lives: what the directory lock needs. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in the system's own unit; tells two users of one pid apart. */
  readonly startTime: string;
  /** Changes with each boot of the host; empty when the system has none. */
  readonly bootId: string;
  /** The pid namespace, so that a pid of another container is never mistaken for one of ours. */
  readonly pidNamespace: string;
  readonly hostname: string;
  /**
   * Start time of the process that bears the pid now: `undefined` when there is none, empty when
   * there is one whose start time can't be known.
   */
  startTimeOf(pid: number): string | undefined;
}
