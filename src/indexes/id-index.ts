import { assert, defined } from '../model/assert.ts';

/**
 * From 16-byte keys (event ids, digests of idempotency keys) to sequences: open addressing over all
 * 16 bytes mixed with a seed, so that nobody can aim at one slot. A slot holds 32 bits of the hash
 * and the sequence, 8 bytes; the key itself is confirmed from the frame by the caller.
 *
 * 256 shards grow apart: one table of 5 million keys would stop the world for 170 ms to double.
 */

const shardCount = 256;
const slotsMin = 16;
const slotsMaxLoad = 0.75;

class Shard {
  /** Pairs: hash, then sequence + 1, or 0 in a free slot. */
  slots = new Uint32Array(slotsMin * 2);
  used = 0;
}

/** Whether the event of this sequence really bears the key. */
export type KeyConfirmation = (sequence: number) => boolean;

export class IdIndex {
  readonly #seed: number;
  readonly #shards: Shard[] = Array.from({ length: shardCount }, () => new Shard());

  /** @param seed 32 bits that nobody outside can know */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Remembers that the event of this sequence bears the key at `start`. */
  insert(bytes: Uint8Array, start: number, sequence: number): void {
    this.insertHash(hashKey(bytes, start, this.#seed), sequence);
  }

  /** The 32 bits that stand for the key at `start` in this table. */
  hash(bytes: Uint8Array, start: number): number {
    return hashKey(bytes, start, this.#seed);
  }

  /** As {@link IdIndex.insert}, of a key whose hash is known. */
  insertHash(hash: number, sequence: number): void {
    const shard = this.#shard(hash);
    if (shard.used >= (shard.slots.length / 2) * slotsMaxLoad) resize(shard, shard.slots.length);
    place(shard.slots, hash, sequence + 1);
    shard.used += 1;
  }

  /**
   * Inserts pairs of hash and sequence. They are sorted by shards first, so that one shard after
   * the other is filled while it is in the processor's cache: 4 million take a quarter of the time
   * that they take one by one.
   */
  insertAll(pairs: Uint32Array): void {
    const nexts = startsOfShards(pairs);
    const sorted = new Uint32Array(pairs.length);
    for (let at = 0; at < pairs.length; at += 2) {
      const hash = pairs[at] ?? 0;
      const to = nexts[hash >>> 24] ?? 0;
      sorted[to] = hash;
      sorted[to + 1] = pairs[at + 1] ?? 0;
      nexts[hash >>> 24] = to + 2;
    }
    let at = 0;
    for (const [number, shard] of this.#shards.entries()) {
      const end = nexts[number] ?? 0;
      shard.used += (end - at) / 2;
      let slotCount = shard.slots.length / 2;
      while (shard.used > slotCount * slotsMaxLoad) slotCount *= 2;
      resize(shard, slotCount);
      for (; at < end; at += 2) place(shard.slots, sorted[at] ?? 0, (sorted[at + 1] ?? 0) + 1);
    }
  }

  /** The sequence that bears the key at `start` and is confirmed, or -1. */
  find(bytes: Uint8Array, start: number, confirm: KeyConfirmation): number {
    const hash = hashKey(bytes, start, this.#seed);
    const { slots } = this.#shard(hash);
    const mask = slots.length / 2 - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const stored = slots[slot * 2 + 1] ?? 0;
      if (stored === 0) return -1;
      if (slots[slot * 2] === hash && confirm(stored - 1)) return stored - 1;
    }
  }

  /** Forgets the key of this hash that the event of this sequence bears. */
  remove(hash: number, sequence: number): void {
    const shard = this.#shard(hash);
    vacate(shard.slots, hash, sequence + 1);
    shard.used -= 1;
  }

  #shard(hash: number): Shard {
    return defined(this.#shards[hash >>> 24], 'a hash has a shard');
  }
}

/** Where the pairs of each shard begin when they are sorted by shards. */
function startsOfShards(pairs: Uint32Array): Uint32Array {
  const starts = new Uint32Array(shardCount + 1);
  for (let at = 0; at < pairs.length; at += 2) {
    const next = ((pairs[at] ?? 0) >>> 24) + 1;
    starts[next] = (starts[next] ?? 0) + 2;
  }
  for (let number = 1; number <= shardCount; number += 1) {
    starts[number] = (starts[number] ?? 0) + (starts[number - 1] ?? 0);
  }
  return starts;
}

function resize(shard: Shard, slotCount: number): void {
  if (slotCount === shard.slots.length / 2) return;
  const slots = new Uint32Array(slotCount * 2);
  for (let at = 0; at < shard.slots.length; at += 2) {
    const stored = shard.slots[at + 1] ?? 0;
    if (stored !== 0) place(slots, shard.slots[at] ?? 0, stored);
  }
  shard.slots = slots;
}

function place(slots: Uint32Array, hash: number, stored: number): void {
  const mask = slots.length / 2 - 1;
  let slot = hash & mask;
  for (let steps = 0; slots[slot * 2 + 1] !== 0; steps += 1) {
    assert(steps <= mask, 'a shard has a free slot', { steps });
    slot = (slot + 1) & mask;
  }
  slots[slot * 2] = hash;
  slots[slot * 2 + 1] = stored;
}

/** Empties a slot, and moves those behind it that are not where they should be into the gap. */
function vacate(slots: Uint32Array, hash: number, stored: number): void {
  const mask = slots.length / 2 - 1;
  let gap = hash & mask;
  while (slots[gap * 2 + 1] !== stored || slots[gap * 2] !== hash) {
    // A table always has a free slot, so this comes to an end.
    assert(slots[gap * 2 + 1] !== 0, 'a key that is forgotten was there', { stored });
    gap = (gap + 1) & mask;
  }
  for (let slot = (gap + 1) & mask; slots[slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
    const home = (slots[slot * 2] ?? 0) & mask;
    // A key may move back into the gap unless that lies before the slot where its search begins.
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
    slots[gap * 2] = slots[slot * 2] ?? 0;
    slots[gap * 2 + 1] = slots[slot * 2 + 1] ?? 0;
    gap = slot;
  }
  slots[gap * 2 + 1] = 0;
}

/** Mixes the four words of the key as MurmurHash3 does (x86, 32 bits). */
function hashKey(bytes: Uint8Array, start: number, seed: number): number {
  let hash = seed;
  for (let at = start; at < start + 16; at += 4) {
    const word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = (mixed << 15) | (mixed >>> 17);
    hash ^= Math.imul(mixed, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= 16;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
