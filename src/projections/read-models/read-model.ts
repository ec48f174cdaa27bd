import { ArgumentTypeError, checkKeys } from '../../model/errors/argument-error.ts';
import { type Freshness, staleUsMax } from '../freshness.ts';
import type { ProjectionSource } from '../projection-source.ts';
import { type BuildProgress, keepEveryEvents, type ReadModelFold } from './read-model-fold.ts';

/** Milliseconds that a build folds before it lets the event loop turn. */
const sliceMs = 8;

/** What {@link ReadModel.build} takes. */
export interface BuildOptions {
  /** Stops the build, which rejects with its reason; what was folded is kept. */
  readonly signal?: AbortSignal;
  /** Told after each slice. */
  readonly onProgress?: (progress: BuildProgress) => void;
}

/**
 * A read model of a store: one state folded from the events of a region, followed as events come.
 * Made by `store.readModel`.
 *
 * While it has a `previous` version, that one is served, until {@link ReadModel.build} has folded
 * this one as far as the log goes.
 */
export class ReadModel<State> {
  readonly #source: ProjectionSource;
  readonly #fold: ReadModelFold<State>;
  #previous: ReadModel<State> | undefined;
  /** The version before, whose state in the cache stays until this one's is there. */
  #retiring: ReadModel<State> | undefined;
  #build: Promise<void> | undefined;

  /** @internal */
  constructor(
    source: ProjectionSource,
    fold: ReadModelFold<State>,
    previous: ReadModel<State> | undefined,
  ) {
    this.#source = source;
    this.#fold = fold;
    this.#previous = previous === undefined || fold.complete ? undefined : previous;
  }

  /** The version that is served. */
  get version(): number {
    return this.#previous?.version ?? this.#fold.definition.version;
  }

  /** How far this version has come. */
  get progress(): BuildProgress {
    return this.#fold.progress;
  }

  /**
   * The state of the version that is served, with every visible event in it. Folds what is new
   * before it returns: the first time that is all of the log, unless a cache or a build knows more.
   * Treat it as read-only.
   *
   * @throws {StoreClosedError} {@link ArgumentTypeError} {@link ArgumentRangeError}
   * @throws what `apply` throws; the next call then begins from what is in the cache
   */
  state(freshness?: Freshness): Readonly<State> {
    const staleUs = staleUsMax(freshness);
    this.#source.requireOpen('state');
    return this.#previous === undefined
      ? this.#fold.state(staleUs)
      : this.#previous.state(freshness);
  }

  /**
   * Folds this version in slices of 8 ms, between which the event loop turns, and then serves it
   * instead of the previous one, whose state is dropped. A build that fails, is stopped or killed
   * leaves the previous version as it is; another one goes on from what is in the cache. While a
   * build runs a second call joins it.
   *
   * @throws {StoreClosedError} and what `apply` or `onProgress` throws: the promise rejects with it
   */
  build(options: BuildOptions = {}): Promise<void> {
    checkBuildOptions(options);
    this.#build ??= this.#run(options).finally(() => {
      this.#build = undefined;
    });
    return this.#build;
  }

  /** Puts the state into the cache, if its events are durable. @internal */
  keep(): void {
    this.#fold.keep();
    if (this.#fold.unkept > 0) return;
    this.#retiring?.retire();
    this.#retiring = undefined;
  }

  async #run({ signal, onProgress }: BuildOptions): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      this.#source.requireOpen('build');
      const ended = this.#fold.step(this.#source.elapsedMs() + sliceMs);
      onProgress?.(this.progress);
      // Nothing can come between the last event and this: both are of one turn.
      if (ended && this.progress.done === this.progress.total) break;
      if (this.#fold.unkept >= keepEveryEvents) this.#fold.keep();
      await new Promise<void>((resolve) => this.#source.soon(resolve));
    }
    this.#fold.finish();
    this.#retiring = this.#previous ?? this.#retiring;
    this.#previous = undefined;
    this.keep();
  }

  /** Drops the state of a version that another one has replaced. @internal */
  retire(): void {
    this.#retiring?.retire();
    this.#previous?.retire();
    this.#fold.forget();
  }
}

function checkBuildOptions(options: BuildOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['signal', 'onProgress']);
  const { signal, onProgress } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ArgumentTypeError('signal', signal, 'an AbortSignal');
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new ArgumentTypeError('onProgress', onProgress, 'a function');
  }
}
