import { equalBytes } from '../../codec/bytes.ts';
import { hashBytes, hashOf } from '../../codec/hash-chain.ts';
import type { RecordView } from '../../codec/record-view.ts';

/** What an event links to: the one before it, nothing, or one that nobody knows. */
export type LinkTarget = 'previous' | 'genesis' | 'unknown';

/**
 * Links of version-1 events. Their clocks, as stored, tell which chain they are of: clock 0 begins
 * one, also in the middle of a stream, where the crate's fences made it begin again; a clock that
 * leaves out others links to an event that was cancelled or dropped.
 */
export class RustLinks {
  /** By stream, the clock of its last event as stored. */
  readonly #clocks = new Map<number, number>();

  /** What the next event of the stream links to, by the clock that is stored with it. */
  next(entityId: number, clock: number): LinkTarget {
    const before = this.#clocks.get(entityId);
    this.#clocks.set(entityId, clock);
    if (clock === 0) return 'genesis';
    return before !== undefined && clock === before + 1 ? 'previous' : 'unknown';
  }
}

/** Whether a translated version-1 event has the hash of its payload. */
export function hasRustHash({ bytes, payloadAt, payloadEnd, hashAt }: RecordView): boolean {
  return equalBytes(hashOf(bytes, payloadAt, payloadEnd), 0, bytes, hashAt, hashBytes);
}
