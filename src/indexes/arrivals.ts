/** Called when events have become visible. It must not throw: nobody could be told. */
export type ArrivalListener = () => void;

/**
 * Tells who waits for events that more of them are visible: a moment later, once for all that came
 * in the same turn, and never from inside a write. While nobody listens an arrival costs a look at
 * one number, and however many listen an append has to do no more than set a flag.
 */
export class Arrivals {
  readonly #listeners = new Set<ArrivalListener>();
  readonly #tell = (): void => {
    this.#due = false;
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) listener();
    }
  };
  #due = false;

  /** How many listen. */
  get listening(): number {
    return this.#listeners.size;
  }

  /** Calls the listener after each arrival, until the returned function is called. */
  listen(listener: ArrivalListener): () => void {
    // A function of its own, so that one listener can listen twice and stop once.
    const entry: ArrivalListener = () => listener();
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  /** Something is visible that was not before, or there will be no more. */
  announce(): void {
    if (this.#due || this.#listeners.size === 0) return;
    this.#due = true;
    queueMicrotask(this.#tell);
  }
}
