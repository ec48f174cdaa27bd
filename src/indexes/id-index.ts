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
    const hash = hashKey(bytes, start, this.#seed);
    const shard = this.#shard(hash);
    if (shard.used >= (shard.slots.length / 2) * slotsMaxLoad) grow(shard);
    place(shard.slots, hash, sequence + 1);
    shard.used += 1;
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

  #shard(hash: number): Shard {
    return defined(this.#shards[hash >>> 24], 'a hash has a shard');
  }
}

function grow(shard: Shard): void {
  const slots = new Uint32Array(shard.slots.length * 2);
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
