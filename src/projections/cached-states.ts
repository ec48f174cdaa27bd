import type { ProjectionCache } from '../model/cache.ts';
import { InvalidPayloadError } from '../model/errors/write-errors.ts';
import type { Logger } from '../model/logger.ts';
import { CacheBinding } from './cache-binding.ts';
import type { ProjectionSource } from './projection-source.ts';
import { decodeState, encodeState, type KeptState } from './state-codec.ts';

/** Names of projections whose states can't be stored, of which each is told once. */
const unfitMax = 1000;

/**
 * States in a cache, which may fail, forget and lie: what it does costs a warning, the first time
 * for each reason, and never an answer.
 */
export class CachedStates {
  readonly #source: ProjectionSource;
  readonly #cache: ProjectionCache;
  readonly #logger: Logger;
  readonly #binding: CacheBinding;
  readonly #told = new Set<string>();
  #storeId: string | undefined;
  #generation = -1;

  /** @param owner who puts states into the cache: see {@link CacheBinding} */
  constructor(source: ProjectionSource, cache: ProjectionCache, logger: Logger, owner?: string) {
    this.#source = source;
    this.#cache = cache;
    this.#logger = logger;
    const voided = (reason: string): void =>
      this.#warn(reason, { reason }, `the cached states are ${reason}: all of them were dropped`);
    this.#binding = new CacheBinding(source, cache, voided, owner);
  }

  /** Whether states last longer than the process. */
  get durable(): boolean {
    return this.#cache.capabilities.durable;
  }

  /** The state under the key, of a watermark of at most `through`, or `undefined`. */
  read(key: Uint8Array, through: number): KeptState | undefined {
    return this.#attempt('get', () => {
      if (!this.#mayUse()) return undefined;
      const cached = this.#cache.get(key);
      if (cached === undefined) return undefined;
      const kept = decodeState(this.#idOfStore(), key, cached);
      if (kept !== undefined && kept.meta.watermark <= through) return kept;
      const problem = kept === undefined ? 'not what was put there' : 'ahead of the log';
      this.#warn(problem, { problem }, `a cached state is ${problem}: it is folded again`);
      return undefined;
    });
  }

  /**
   * Puts a state, if all of its events are durable. `name`: of the projection, for the warning that
   * its states can't be stored. Returns whether it is done with: also when it can't be stored.
   */
  write(key: Uint8Array, name: string, kept: KeptState): boolean {
    const { watermark } = kept.meta;
    if (watermark > (this.#source.durableThrough() ?? -1)) return false;
    const done = this.#attempt('put', () => {
      const value = this.#encode(key, name, kept);
      if (value === undefined || !this.#mayUse()) return true;
      this.#binding.cover(watermark);
      this.#cache.put(key, value, kept.meta);
      return true;
    });
    return done ?? false;
  }

  /** Forgets the states under a prefix. */
  forget(prefix: Uint8Array): void {
    this.#attempt('deletePrefix', () => this.#mayUse() && this.#cache.deletePrefix(prefix));
  }

  /** Makes what was put durable. */
  sync(): void {
    this.#attempt('sync', () => this.#cache.sync());
  }

  /** Closes the cache. */
  close(): void {
    this.#attempt('close', () => this.#cache.close());
  }

  #encode(key: Uint8Array, name: string, kept: KeptState): Uint8Array | undefined {
    try {
      return encodeState(this.#idOfStore(), key, kept);
    } catch (cause) {
      if (!(cause instanceof InvalidPayloadError)) throw cause;
      const { path } = cause;
      const message = 'states of a projection can not be cached: they are folded again';
      this.#warn(`unfit ${name}`, { projection: name, path, cause }, message);
      return undefined;
    }
  }

  #mayUse(): boolean {
    if (this.#binding.check()) return true;
    const message = 'the projection cache is of another process: it is left alone';
    this.#warn('foreign', {}, message);
    return false;
  }

  /** Text that is made of bytes: once for each log. */
  #idOfStore(): string {
    const { logGeneration } = this.#source;
    if (this.#storeId === undefined || this.#generation !== logGeneration) {
      this.#storeId = this.#source.identity.storeId;
      this.#generation = logGeneration;
    }
    return this.#storeId;
  }

  #attempt<Result>(operation: string, call: () => Result): Result | undefined {
    try {
      return call();
    } catch (cause) {
      this.#warn(operation, { operation, cause }, `the projection cache failed in ${operation}`);
      return undefined;
    }
  }

  #warn(reason: string, facts: Readonly<Record<string, unknown>>, message: string): void {
    if (this.#told.has(reason) || this.#told.size >= unfitMax) return;
    this.#told.add(reason);
    this.#logger.warn(facts, message);
  }
}
