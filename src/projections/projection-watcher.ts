import { ArgumentTypeError, checkKeys } from '../model/errors/argument-error.ts';
import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import type { ProjectionChange } from './projector.ts';

/** What `watchProjection` takes. */
export interface WatchOptions {
  /** Ends the watching. The loop over it ends, too, and throws nothing. */
  readonly signal?: AbortSignal;
}

/** What a watcher looks at. */
export interface Watched<State> {
  /** The state, unless it is the one that was changed at `since`. */
  look(since: number | undefined): ProjectionChange<State> | undefined;
  /** Raised when another log is read from then on. */
  generation(): number;
  onVisible(listener: () => void): () => void;
}

interface Waiting<State> {
  resolve(result: IteratorResult<Readonly<State>, undefined>): void;
  reject(cause: unknown): void;
}

/**
 * The states of an entity, as they are when they are asked for: the one now, then one after each
 * change. Changes that come while nobody asks are seen as one. Without an event to read it waits.
 *
 * It ends with the store, with its signal and with the loop. It listens to the store only while it
 * is waited for: one that is let go holds nothing.
 */
export class ProjectionWatcher<State>
  implements AsyncIterableIterator<Readonly<State>, undefined, undefined>, AsyncDisposable
{
  readonly #watched: Watched<State>;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Waiting<State>[] = [];
  #since: number | undefined;
  #generation: number;
  #ended = false;
  #stopListening: (() => void) | undefined;
  readonly #end = (): void => this.#finish();
  readonly #pump = (): void => this.#answer();

  /** @internal */
  constructor(watched: Watched<State>, options: WatchOptions = {}) {
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentTypeError('options', options, 'an object');
    }
    checkKeys('options', options, ['signal']);
    const { signal } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new ArgumentTypeError('signal', signal, 'an AbortSignal');
    }
    this.#watched = watched;
    this.#signal = signal;
    this.#generation = watched.generation();
  }

  /** The next state that differs from the one before. */
  next(): Promise<IteratorResult<Readonly<State>, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#answer();
    });
  }

  /** Ends the watching: whoever waits is told so. */
  return(): Promise<IteratorResult<Readonly<State>, undefined>> {
    this.#finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends the watching, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#finish();
    return Promise.resolve();
  }

  /** Itself: there is one reading, however often it is looped over. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives those who wait what there is, and listens as long as there is less. */
  #answer(): void {
    if (this.#signal?.aborted === true) this.#finish();
    if (this.#ended) {
      for (const { resolve } of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
      return;
    }
    try {
      while (this.#waiting.length > 0) {
        const state = this.#look();
        if (state === undefined) break;
        this.#waiting.shift()?.resolve({ done: false, value: state.value });
      }
      if (this.#waiting.length > 0) this.#listen();
      else this.#unlisten();
    } catch (cause) {
      if (!(cause instanceof StoreClosedError)) this.#waiting.shift()?.reject(cause);
      this.#finish();
    }
  }

  #look(): { readonly value: Readonly<State> } | undefined {
    const generation = this.#watched.generation();
    if (generation !== this.#generation) this.#since = undefined;
    this.#generation = generation;
    const change = this.#watched.look(this.#since);
    if (change === undefined) return undefined;
    this.#since = change.since;
    // A change without a sequence is a state that is gone: there is none to give.
    if (change.since === undefined) return undefined;
    return { value: change.state as Readonly<State> };
  }

  #listen(): void {
    if (this.#stopListening !== undefined) return;
    this.#stopListening = this.#watched.onVisible(this.#pump);
    this.#signal?.addEventListener('abort', this.#end, { once: true });
  }

  #unlisten(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#signal?.removeEventListener('abort', this.#end);
  }

  #finish(): void {
    this.#ended = true;
    this.#unlisten();
    for (const { resolve } of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
  }
}
