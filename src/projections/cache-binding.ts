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
}

/**
 * Binds a cache to its log. States are put there only when their events are durable, so that a log
 * that goes on from where it was has them all. One whose newest bound event is not there any more,
 * or another one, has lost its tail, was put back from a backup, or is another store: then all that
 * is in the cache is void.
 */
export class CacheBinding {
  readonly #source: ProjectionSource;
  readonly #cache: ProjectionCache;
  /** Told why all that was in the cache is void. */
  readonly #voided: (reason: string) => void;
  #bound: Binding | undefined;
  #checked = false;

  constructor(source: ProjectionSource, cache: ProjectionCache, voided: (reason: string) => void) {
    this.#source = source;
    this.#cache = cache;
    this.#voided = voided;
  }

  /** Looks, once, whether what is in the cache is of this log. Throws what the cache throws. */
  check(): void {
    if (this.#checked) return;
    const found = this.#cache.get(bindingKey);
    const binding = found === undefined ? undefined : this.#decode(found);
    const fault = binding === undefined ? 'of no known log' : this.#faultOf(binding);
    if (fault === undefined) {
      this.#bound = binding;
    } else {
      const count = this.#cache.deletePrefix(new Uint8Array(0));
      if (count > 0) this.#voided(fault);
    }
    this.#checked = true;
  }

  /** Says, before a state of this watermark is put, how far the log is durable. */
  cover(watermark: number): void {
    const { storeId, epoch } = this.#source.identity;
    const bound = this.#bound;
    if (bound !== undefined && watermark <= bound.through && epoch === bound.epoch) return;
    const through = Math.max(watermark, this.#source.durableThrough() ?? -1);
    const eventId = this.#source.idAt(through) ?? '';
    const lost = this.#source.lostBefore(through + 1);
    const meta = { watermark: through, cachedAtUs: this.#source.nowUs() };
    const state = [storeId, epoch, through, eventId, lost];
    const value = encodeState('', bindingKey, { state, changedAt: -1, meta });
    this.#cache.put(bindingKey, value, meta);
    this.#bound = { storeId, epoch, through, eventId, lost };
  }

  #decode(found: Parameters<typeof decodeState>[2]): Binding | undefined {
    const kept = decodeState('', bindingKey, found);
    if (!Array.isArray(kept?.state)) return undefined;
    const [storeId, epoch, through, eventId, lost]: unknown[] = kept.state;
    const known =
      typeof storeId === 'string' &&
      typeof epoch === 'number' &&
      typeof through === 'number' &&
      typeof eventId === 'string' &&
      typeof lost === 'number';
    return known ? { storeId, epoch, through, eventId, lost } : undefined;
  }

  #faultOf(binding: Binding): string | undefined {
    const { identity, nextSequence } = this.#source;
    if (binding.storeId !== identity.storeId) return 'of another store';
    if (binding.through >= nextSequence) return 'past the end of the log';
    const sameEvent = (this.#source.idAt(binding.through) ?? '') === binding.eventId;
    const sameLoss = this.#source.lostBefore(binding.through + 1) === binding.lost;
    if (!sameEvent || !sameLoss || binding.epoch > identity.epoch) {
      return 'of a log that has gone on in another way';
    }
    return undefined;
  }
}
