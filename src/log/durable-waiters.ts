/** Told that events are durable, or why that can't be known. */
export type DurableDone = (failure: unknown) => void;

interface Waiter {
  /** How many events, from the first, must be durable. */
  readonly events: number;
  readonly done: DurableDone;
}

/** Those who wait for events to become durable. Each is told once. */
export class DurableWaiters {
  #waiters: Waiter[] = [];

  /** `done` is told when so many events, from the first, are durable. */
  add(events: number, done: DurableDone): void {
    this.#waiters.push({ events, done });
  }

  /** Tells those who wait for no more than so many events, with the failure if there is one. */
  settle(events: number, failure: unknown): void {
    const waiters = this.#waiters;
    if (waiters.length === 0) return;
    this.#waiters = waiters.filter((waiter) => waiter.events > events);
    // Told after the list is whole again: whoever is told may come back to wait for more.
    for (const waiter of waiters) if (waiter.events <= events) waiter.done(failure);
  }
}
