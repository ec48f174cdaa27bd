import { assert } from '../model/assert.ts';
import type { Timers } from '../model/platform.ts';
import type { ManualClock } from './clock.ts';

// A longer delay than 2^31 - 1 ms overflows in setTimeout, which then fires at once.
const delayMsMax = 2 ** 31 - 1;

/** The timers of the system, none of which keeps the process alive. */
export class SystemTimers implements Timers {
  after(delayMs: number, callback: () => void): () => void {
    assertDelay(delayMs);
    let timer: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const stepMs = Math.min(remainingMs, delayMsMax);
      timer = setTimeout(() => {
        if (remainingMs > stepMs) arm(remainingMs - stepMs);
        else callback();
      }, stepMs).unref();
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  }

  soon(callback: () => void): void {
    setImmediate(callback);
  }
}

interface PendingTimer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Timers that fire when a test lets time pass, in the order in which they are due. */
export class ManualTimers implements Timers {
  readonly #pending = new Set<PendingTimer>();
  readonly #clock: ManualClock | undefined;
  #nowMs = 0;
  #order = 0;

  /** `clock`: moved along by {@link advance}, so that a callback sees the time it was due at. */
  constructor(clock?: ManualClock) {
    this.#clock = clock;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#pending.size;
  }

  after(delayMs: number, callback: () => void): () => void {
    assertDelay(delayMs);
    const timer = { dueMs: this.#nowMs + delayMs, order: this.#order, callback };
    this.#order += 1;
    this.#pending.add(timer);
    return () => {
      this.#pending.delete(timer);
    };
  }

  /** Time doesn't have to pass: the callback runs as soon as the calling code is through. */
  soon(callback: () => void): void {
    queueMicrotask(callback);
  }

  /**
   * Lets `milliseconds` pass and fires what falls due, timers set meanwhile included. What a
   * callback throws comes out; time then stands where that timer was due.
   */
  advance(milliseconds: number): void {
    assertDelay(milliseconds);
    const untilMs = this.#nowMs + milliseconds;
    for (let timer = this.#nextDue(untilMs); timer; timer = this.#nextDue(untilMs)) {
      this.#pending.delete(timer);
      this.#moveTo(timer.dueMs);
      timer.callback();
    }
    this.#moveTo(untilMs);
  }

  #nextDue(untilMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs > untilMs) continue;
      if (next === undefined || isBefore(timer, next)) next = timer;
    }
    return next;
  }

  #moveTo(nowMs: number): void {
    // Rounded at both ends, so that fractions of a microsecond don't add up.
    this.#clock?.advance(Math.round(nowMs * 1000) - Math.round(this.#nowMs * 1000));
    this.#nowMs = nowMs;
  }
}

function isBefore(one: PendingTimer, other: PendingTimer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}

function assertDelay(milliseconds: number): void {
  assert(Number.isFinite(milliseconds) && milliseconds >= 0, 'a delay is 0 ms or more', {
    milliseconds,
  });
}
