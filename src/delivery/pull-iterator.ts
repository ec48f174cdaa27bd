import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import type { LiveSource } from '../model/event-source.ts';
import type { Timers } from '../model/platform.ts';

/** What a {@link PullIterator} takes items from. */
export interface PullSource<Item> {
  readonly source: LiveSource;
  readonly timers: Timers;
  /** Whether there will be no more. */
  readonly ended: boolean;
  /** The next item, or `undefined` when there is none yet. */
  pull(): Item | undefined;
  /** Calls back once when there may be more, or there will be none. @returns what stops that */
  wait(wake: () => void): () => void;
}

/** Items handed out in a row before other work of the event loop gets its turn. */
const itemsPerTurnMax = 256;

/**
 * Iterates over what is pulled from a source that may have nothing yet. It listens only while
 * somebody waits, so that an iteration which nobody goes on with holds nothing.
 */
export class PullIterator<Item> implements AsyncIterableIterator<Item> {
  readonly #from: PullSource<Item>;
  readonly #onReturn: () => void;
  readonly #waiting = new Set<() => void>();
  #done = false;
  #inARow = 0;

  /** `onReturn` is called once, when the iteration is given up. */
  constructor(from: PullSource<Item>, onReturn: () => void) {
    this.#from = from;
    this.#onReturn = onReturn;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    this.#inARow += 1;
    if (this.#inARow > itemsPerTurnMax) {
      this.#inARow = 0;
      await new Promise<void>((resolve) => this.#from.timers.soon(resolve));
    }
    while (!this.#over) {
      const item = this.#pull();
      if (item !== undefined) return { done: false, value: item };
      if (this.#over) break;
      this.#inARow = 0;
      await this.#arrival();
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    if (!this.#done) {
      this.#done = true;
      for (const wake of [...this.#waiting]) wake();
      this.#onReturn();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  get #over(): boolean {
    return this.#done || this.#from.ended || this.#from.source.closed;
  }

  #pull(): Item | undefined {
    try {
      return this.#from.pull();
    } catch (cause) {
      // A store that was closed ends the iteration: there is nothing wrong with it.
      if (cause instanceof StoreClosedError && this.#from.source.closed) return undefined;
      throw cause;
    }
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        stop();
        resolve();
      };
      this.#waiting.add(wake);
      const stop = this.#from.wait(wake);
    });
  }
}
