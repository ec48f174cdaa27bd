import { ArgumentRangeError, ArgumentTypeError } from '../../model/errors/argument-error.ts';
import type { IndexEntry } from '../../model/event.ts';
import { PullIterator } from '../pull-iterator.ts';
import type { SubscriptionFeed } from './subscription-feed.ts';

/**
 * Events of a region from the moment of subscribing on, for who would rather lose some than wait:
 * when more of them are unread than the store's `broadcastCapacity`, the oldest are left out,
 * counted in `dropped`, and told to `onGap` just before the event that follows them. Nothing is
 * kept over the end of the process. Made by `subscribeLossy`.
 *
 * It holds no events and costs appends nothing. `break`, `close`, its signal and the closing of the
 * store end it.
 *
 * ```ts
 * const prices = store.subscribeLossy(Region.namespace('stock')).map((event) => event.payload);
 * for await (const price of prices) show(price);
 * ```
 */
export class Subscription<Item> implements AsyncIterable<Item>, AsyncDisposable {
  readonly #feed: SubscriptionFeed<IndexEntry>;
  readonly #pull: () => Item | undefined;

  /** @internal */
  constructor(feed: SubscriptionFeed<IndexEntry>, pull: () => Item | undefined) {
    this.#feed = feed;
    this.#pull = pull;
  }

  /** How many events of the region were left out so far. */
  get dropped(): number {
    return this.#feed.dropped;
  }

  /** The sequence that is looked at next. */
  get position(): number {
    return this.#feed.position;
  }

  /**
   * Only items for which the function is true. Like the other operators it runs when somebody
   * iterates, once for each item, in the order in which they were chained; the subscription it was
   * called on and the new one share one place in the log, so go on with the new one.
   */
  filter<Kept extends Item>(keep: (item: Item) => item is Kept): Subscription<Kept>;
  filter(keep: (item: Item) => boolean): Subscription<Item>;
  filter(keep: (item: Item) => boolean): Subscription<Item> {
    checkFunction('keep', keep);
    return this.#derive((item) => (keep(item) ? item : undefined));
  }

  /** What the function makes of each item; `undefined` leaves it out. */
  map<Next>(change: (item: Item) => Next | undefined): Subscription<Next> {
    checkFunction('change', change);
    return this.#derive(change);
  }

  /**
   * The first `count` items, and then the end, of the whole subscription.
   *
   * @throws {ArgumentTypeError} {@link ArgumentRangeError} unless an integer from 0
   */
  take(count: number): Subscription<Item> {
    if (typeof count !== 'number') throw new ArgumentTypeError('count', count, 'a number');
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new ArgumentRangeError('count', count, 'an integer from 0');
    }
    let left = count;
    if (left === 0) this.close();
    return this.#derive((item) => {
      left -= 1;
      if (left === 0) this.close();
      return item;
    });
  }

  /** The states of a fold: after each item the state that it leads to. */
  scan<State>(next: (state: State, item: Item) => State, initial: State): Subscription<State> {
    checkFunction('next', next);
    let state = initial;
    return this.#derive((item) => {
      state = next(state, item);
      return state;
    });
  }

  /** Waits for items. Ends when the subscription or the store does. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    const feed = this.#feed;
    return new PullIterator<Item>(
      {
        source: feed.source,
        timers: feed.timers,
        get ended() {
          return feed.ended;
        },
        pull: this.#pull,
        wait: (wake) => feed.wait(wake),
      },
      () => feed.close(),
    );
  }

  /** Ends the subscription, and iterations that wait. A second call does nothing. */
  close(): void {
    this.#feed.close();
  }

  /** Closes it, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #derive<Next>(step: (item: Item) => Next | undefined): Subscription<Next> {
    return new Subscription<Next>(this.#feed, () => {
      for (let item = this.#pull(); item !== undefined; item = this.#pull()) {
        const next = step(item);
        if (next !== undefined) return next;
      }
      return undefined;
    });
  }
}

function checkFunction(field: string, value: unknown): void {
  if (typeof value !== 'function') throw new ArgumentTypeError(field, value, 'a function');
}
