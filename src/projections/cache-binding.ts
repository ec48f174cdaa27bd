import type { ProjectionCache } from '../model/cache.ts';
import { bindingKey } from './cache-key.ts';
import type { ProjectionSource } from './projection-source.ts';
import { decodeState, encodeState } from './state-codec.ts';

/** Which log a cache belongs to, as it stood when the newest state in it was put there. */
interface Binding {
  readonly storeId: string;
  readonly epoch: number;
  /** No state in the cache is past this sequence, which was durable. */
  readonly through: number;
  /** Id of the event of that sequence; empty when it was lost. */
  readonly eventId: string;
  /** How many sequences up to there have lost their event. */
  readonly lost: number;
  /** Who puts states there: {@link writerOwner}, or the token of one that only reads the store. */
  readonly owner: string;
}

/** Owner of the cache of a store that is written: there is one at a time, as its lock sees to. */
export const writerOwner = '';

/**
 * Binds a cache to its log. States are put there only when their events are durable, so that a log
 * that goes on from where it was has them all. One whose newest bound event is not there any more,
 * or another one, has lost its tail, was put back from a backup, or is another store: then all that
 * is in the cache is void.
 *
 * Who only reads a store lags behind its writer, and others behind it: what one puts into a cache
 * another would take for a log that has lost its end. So a reader leaves the cache of a writer
 * alone, takes over that of another reader, and looks each time whether it is still its own.
 */
export class CacheBinding {
  readonly #source: ProjectionSource;
  readonly #cache: ProjectionCache;
  /** Told why all that was in the cache is void. */
  readonly #voided: (reason: string) => void;
  readonly #owner: string;
  #bound: Binding | undefined;
  /** Generation of the log that the cache was compared with. */
  #checked: number | undefined;
  #foreign = false;

  constructor(
    source: ProjectionSource,
    cache: ProjectionCache,
    voided: (reason: string) => void,
    owner = writerOwner,
  ) {
    this.#source = source;
    this.#cache = cache;
    this.#voided = voided;
    this.#owner = owner;
  }

  /** Whether the cache turned out to be another's. It is not touched any more. */
  get foreign(): boolean {
    return this.#foreign;
  }

  /**
   * Looks, once for each log, whether what is in the cache is of this log; a reader of the store
   * looks each time whether the cache is its own. Throws what the cache throws.
   *
   * @returns whether the cache may be used
   */
  check(): boolean {
    if (this.#foreign) return false;
    const same = this.#checked === this.#source.logGeneration;
    if (same && this.#owner === writerOwner) return true;
    const found = this.#cache.get(bindingKey);
    const binding = found === undefined ? undefined : this.#decode(found);
    if (this.#isForeign(binding)) {
      this.#foreign = true;
      return false;
    }
    // What is its own was compared before. Another may have come and gone where there was none.
    if (!same || this.#bound === undefined) this.#compare(binding);
    return true;
  }

  #isForeign(binding: Binding | undefined): boolean {
    if (this.#owner === writerOwner) return false;
    if (this.#bound !== undefined) return binding?.owner !== this.#owner;
    return binding?.owner === writerOwner;
  }

  #compare(binding: Binding | undefined): void {
    const fault = binding === undefined ? 'of no known log' : this.#faultOf(binding);
    this.#bound = undefined;
    if (fault !== undefined || binding === undefined) {
      const count = this.#cache.deletePrefix(new Uint8Array(0));
      if (count > 0) this.#voided(fault ?? 'of no known log');
    } else if (binding.owner === this.#owner) {
      this.#bound = binding;
    } else {
      this.#bind({ ...binding, owner: this.#owner });
    }
    this.#checked = this.#source.logGeneration;
  }

  /** Says, before a state of this watermark is put, how far the log is durable. */
  cover(watermark: number): void {
    const { storeId, epoch } = this.#source.identity;
    const bound = this.#bound;
    if (bound !== undefined && watermark <= bound.through && epoch === bound.epoch) return;
    const through = Math.max(watermark, this.#source.durableThrough() ?? -1);
    const eventId = this.#source.idAt(through) ?? '';
    const lost = this.#source.lostBefore(through + 1);
    this.#bind({ storeId, epoch, through, eventId, lost, owner: this.#owner });
  }

  #bind(binding: Binding): void {
    const { storeId, epoch, through, eventId, lost, owner } = binding;
    const meta = { watermark: through, cachedAtUs: this.#source.nowUs() };
    const state = [storeId, epoch, through, eventId, lost, owner];
    const value = encodeState('', bindingKey, { state, changedAt: -1, meta });
    this.#cache.put(bindingKey, value, meta);
    this.#bound = binding;
  }

  #decode(found: Parameters<typeof decodeState>[2]): Binding | undefined {
    const kept = decodeState('', bindingKey, found);
    if (!Array.isArray(kept?.state)) return undefined;
    const [storeId, epoch, through, eventId, lost, owner]: unknown[] = kept.state;
    const known =
      typeof storeId === 'string' &&
      typeof epoch === 'number' &&
      typeof through === 'number' &&
      typeof eventId === 'string' &&
      typeof lost === 'number' &&
      typeof owner === 'string';
    return known ? { storeId, epoch, through, eventId, lost, owner } : undefined;
  }

  #faultOf(binding: Binding): string | undefined {
    const { identity, nextSequence } = this.#source;
    if (binding.storeId !== identity.storeId) return 'of another store';
    if (this.#owner === writerOwner && binding.owner !== writerOwner) {
      return 'of who only reads the store';
    }
    if (binding.through >= nextSequence) return 'past the end of the log';
    const sameEvent = (this.#source.idAt(binding.through) ?? '') === binding.eventId;
    const sameLoss = this.#source.lostBefore(binding.through + 1) === binding.lost;
    if (!sameEvent || !sameLoss || binding.epoch > identity.epoch) {
      return 'of a log that has gone on in another way';
    }
    return undefined;
  }
}
