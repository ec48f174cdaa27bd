import type { ParkedEvent } from '../../codec/cursor-state.ts';

/** Longest message that is kept of a failure, in UTF-16 units. */
const messageMax = 1000;

/** The events that a worker has left aside, and which of them it is to try again. */
export class ParkedEvents {
  /** By their sequences, rising. Another array whenever it changes. */
  #list: readonly ParkedEvent[];
  /** Sequences to be tried again, first in first out. */
  readonly #retries = new Set<number>();

  constructor(list: readonly ParkedEvent[]) {
    this.#list = list;
  }

  get list(): readonly ParkedEvent[] {
    return this.#list;
  }

  get hasRetries(): boolean {
    return this.#retries.size > 0;
  }

  has(sequence: number): boolean {
    return this.#list.some((event) => event.sequence === sequence);
  }

  /** Leaves an event aside. One that is parked already, as it was handed out again, stays once. */
  park(sequence: number, tries: number, parkedAtUs: number, failure: unknown): void {
    const event = { sequence, tries, parkedAtUs, message: messageOf(failure) };
    const others = this.without(sequence);
    this.#list = [...others, event].sort((one, other) => one.sequence - other.sequence);
  }

  /** One more try of a parked event has failed. */
  triedAgain(sequence: number, failure: unknown): void {
    this.#list = this.#list.map((event) =>
      event.sequence === sequence
        ? { ...event, tries: event.tries + 1, message: messageOf(failure) }
        : event,
    );
  }

  /** Has it tried again. */
  retry(sequence: number): void {
    this.#retries.add(sequence);
  }

  /** The next to be tried again, which is taken from the queue. */
  nextRetry(): number | undefined {
    for (const sequence of this.#retries) {
      this.#retries.delete(sequence);
      if (this.has(sequence)) return sequence;
    }
    return undefined;
  }

  /** All but one. */
  without(sequence: number): readonly ParkedEvent[] {
    return this.#list.filter((event) => event.sequence !== sequence);
  }

  /** Forgets one. */
  drop(sequence: number): void {
    this.#list = this.without(sequence);
    this.#retries.delete(sequence);
  }

  /** Goes back to what was kept. */
  reset(list: readonly ParkedEvent[]): void {
    this.#list = list;
  }
}

function messageOf(failure: unknown): string {
  const message =
    failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
  return message.slice(0, messageMax);
}
