import { assert, defined } from '../model/assert.ts';
import { IdIndex, type KeyConfirmation } from './id-index.ts';

/**
 * From digests of idempotency keys to sequences, for as long as keys are kept: one {@link IdIndex},
 * and beside it what was put into it, oldest first, so that the oldest can be taken out again.
 *
 * - A key is kept while its event lies at most `keepSequences` behind the newest event of the
 *   store and is among the newest `maxKeys` that bear a key. A key that is forgotten is as if it
 *   had never been used. Which keys are kept depends on the log and these two numbers alone, but
 *   for one case: a window that is wider than at the openings before may lack what they forgot.
 * - Keys enter in the order of their sequences. Each takes with it at most `forgottenAtOnce` that
 *   are due, so that none pauses; those that are due and still there are not answered.
 * - 8 bytes a key here and 11 to 22 in the table: about 100 MiB when the default `maxKeys` is full.
 */

const pageBits = 12;
const pageSize = 1 << pageBits;
const forgottenAtOnce = 8;

/** How long keys are kept. */
export interface KeyRetention {
  /** How many sequences an event may lie behind the newest one before its key is forgotten. */
  readonly keepSequences: number;
  /** Most keys that are kept. */
  readonly maxKeys: number;
  /** Told once, when a key is forgotten for want of room and not because of its age. */
  readonly overflowed?: () => void;
}

/** What stores keep unless they are told otherwise. */
export const defaultKeyRetention: KeyRetention = Object.freeze({
  keepSequences: 16_777_216,
  maxKeys: 4_194_304,
});

export class KeyIndex {
  /** What the hashes of the table are mixed with. */
  readonly seed: number;
  readonly #retention: KeyRetention;
  #table: IdIndex;
  /** Pairs of hash and sequence; the first pair of the first page is number `#firstPage`. */
  #pages: Uint32Array[] = [];
  #firstPage = 0;
  /** Numbers of the oldest pair in the table, and of the next one. */
  #oldest = 0;
  #next = 0;
  #newestSequence = -1;
  #overflowed = false;

  /** @param seed 32 bits that nobody outside can know */
  constructor(seed: number, retention: KeyRetention = defaultKeyRetention) {
    this.seed = seed >>> 0;
    this.#retention = retention;
    this.#table = new IdIndex(seed);
  }

  /** Sequence of the oldest event whose key may be answered: older ones are forgotten. */
  get windowStart(): number {
    return Math.max(0, this.#newestSequence - this.#retention.keepSequences);
  }

  /** How many keys are in memory, a few that are due to be forgotten included. */
  get count(): number {
    return this.#next - this.#oldest;
  }

  /** Tells the sequence of the store's newest event, whether or not it bears a key. */
  advance(sequence: number): void {
    this.#newestSequence = sequence;
  }

  /** Remembers that the event of this sequence bears the key at `start`. */
  insert(bytes: Uint8Array, start: number, sequence: number): void {
    this.insertHash(this.#table.hash(bytes, start), sequence);
  }

  /** As {@link KeyIndex.insert}, of a key whose hash in a table of the same seed is known. */
  insertHash(hash: number, sequence: number): void {
    if (this.#next > this.#oldest && sequence <= this.#sequence(this.#next - 1)) {
      assert(false, 'keys enter in the order of their sequences', { sequence });
    }
    if (this.#next >>> pageBits === this.#firstPage + this.#pages.length) {
      this.#pages.push(new Uint32Array(2 * pageSize));
    }
    const page = this.#page(this.#next);
    const at = 2 * (this.#next & (pageSize - 1));
    page[at] = hash;
    page[at + 1] = sequence;
    this.#next += 1;
    this.#table.insertHash(hash, sequence);
    if (sequence > this.#newestSequence) this.#newestSequence = sequence;
    this.#forget();
  }

  /**
   * The newest sequence that bears the key at `start` and is confirmed, or -1. There is more than
   * one when a key was used again after it had been forgotten, and longer kept from then on.
   */
  find(bytes: Uint8Array, start: number, confirm: KeyConfirmation): number {
    const from = this.windowStart;
    let found = -1;
    this.#table.find(bytes, start, (sequence) => {
      if (sequence >= from && sequence > found && confirm(sequence)) found = sequence;
      return false;
    });
    return found;
  }

  /**
   * Hash and sequence of each key that is kept, one behind the other, oldest first: a copy. Those
   * of sequences from `from` up to, not including, `to`.
   */
  entries(from = 0, to: number = Number.POSITIVE_INFINITY): Uint32Array {
    const first = this.#firstFrom(Math.max(from, this.windowStart));
    const end = Math.max(first, this.#firstFrom(to));
    const entries = new Uint32Array(2 * (end - first));
    for (let number = first; number < end; ) {
      const at = number & (pageSize - 1);
      const count = Math.min(pageSize - at, end - number);
      entries.set(this.#page(number).subarray(2 * at, 2 * (at + count)), 2 * (number - first));
      number += count;
    }
    return entries;
  }

  /**
   * Joins with what is known what {@link KeyIndex.entries} gave for the same store and seed. A
   * sequence that is known on both sides counts once. For recovery: all of it is made anew.
   */
  restore(entries: Uint32Array): void {
    const known = this.entries();
    const joined = joinEntries(entries, known);
    if (joined.length === known.length) return;
    this.#replace(this.#kept(joined));
  }

  /** Those of the entries that are kept. */
  #kept(entries: Uint32Array): Uint32Array {
    this.advance(Math.max(this.#newestSequence, entries.at(-1) ?? -1));
    const from = this.windowStart;
    let start = 0;
    while (start < entries.length && (entries[start + 1] ?? 0) < from) start += 2;
    const crowded = entries.length - start > 2 * this.#retention.maxKeys;
    if (!crowded) return entries.subarray(start);
    this.#overflow();
    return entries.subarray(entries.length - 2 * this.#retention.maxKeys);
  }

  #replace(entries: Uint32Array): void {
    this.#table = new IdIndex(this.seed);
    this.#table.insertAll(entries);
    this.#pages = [];
    for (let at = 0; at < entries.length; at += 2 * pageSize) {
      const page = new Uint32Array(2 * pageSize);
      page.set(entries.subarray(at, at + 2 * pageSize));
      this.#pages.push(page);
    }
    this.#firstPage = 0;
    this.#oldest = 0;
    this.#next = entries.length / 2;
  }

  /** Takes out of the table what is due, as much as one insertion may be asked to bear. */
  #forget(): void {
    const from = this.windowStart;
    for (let count = 0; count < forgottenAtOnce && this.#oldest < this.#next; count += 1) {
      const sequence = this.#sequence(this.#oldest);
      const crowded = this.#next - this.#oldest > this.#retention.maxKeys;
      if (sequence >= from && !crowded) return;
      if (sequence >= from) this.#overflow();
      const at = 2 * (this.#oldest & (pageSize - 1));
      this.#table.remove(this.#page(this.#oldest)[at] ?? 0, sequence);
      this.#oldest += 1;
      if (this.#oldest >>> pageBits > this.#firstPage) {
        this.#pages.shift();
        this.#firstPage += 1;
      }
    }
  }

  /** Number of the first pair whose sequence is not before this one. */
  #firstFrom(sequence: number): number {
    let low = this.#oldest;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#sequence(middle) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #overflow(): void {
    if (this.#overflowed) return;
    this.#overflowed = true;
    this.#retention.overflowed?.();
  }

  #sequence(number: number): number {
    return this.#page(number)[2 * (number & (pageSize - 1)) + 1] ?? 0;
  }

  #page(number: number): Uint32Array {
    const page = this.#pages[(number >>> pageBits) - this.#firstPage];
    return defined(page, 'a key that is kept has its page');
  }
}

/** Both, in the order of their sequences, each sequence once. */
function joinEntries(left: Uint32Array, right: Uint32Array): Uint32Array {
  const joined = new Uint32Array(left.length + right.length);
  let end = 0;
  for (let l = 0, r = 0; l < left.length || r < right.length; end += 2) {
    const leftSequence = left[l + 1] ?? Number.POSITIVE_INFINITY;
    const rightSequence = right[r + 1] ?? Number.POSITIVE_INFINITY;
    const source = rightSequence <= leftSequence ? right : left;
    const at = source === right ? r : l;
    joined[end] = source[at] ?? 0;
    joined[end + 1] = source[at + 1] ?? 0;
    if (leftSequence <= rightSequence) l += 2;
    if (rightSequence <= leftSequence) r += 2;
  }
  return joined.subarray(0, end);
}
