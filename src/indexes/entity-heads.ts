const hashBytes = 32;
const none = 0xffff_ffff;

/**
 * Where each entity stands: the sequence and clock of its last event, and that event's hash, which
 * the next one links to. Arrays that double, addressed by the entity's number; 40 bytes each.
 */
export class EntityHeads {
  #sequences = new Uint32Array(64).fill(none);
  #clocks = new Uint32Array(64);
  #hashes = new Uint8Array(64 * hashBytes);

  /** Sequence of the entity's last event, or -1. */
  sequence(entityId: number): number {
    const sequence = this.#sequences[entityId];
    return sequence === undefined || sequence === none ? -1 : sequence;
  }

  /** Clock of the entity's last event, or -1. */
  clock(entityId: number): number {
    return this.sequence(entityId) < 0 ? -1 : (this.#clocks[entityId] ?? 0);
  }

  /** Bytes that hold the hash of the entity's last event at {@link EntityHeads.hashStart}. */
  get hashes(): Uint8Array {
    return this.#hashes;
  }

  hashStart(entityId: number): number {
    return entityId * hashBytes;
  }

  /** The hash of the entity's last event: a view, which the next event changes. */
  hashOf(entityId: number): Uint8Array {
    if (entityId >= this.#sequences.length) this.#grow(entityId);
    return this.#hashes.subarray(entityId * hashBytes, (entityId + 1) * hashBytes);
  }

  /** Moves the entity to its next event. `hash` is left out in a store without a hash chain. */
  advance(
    entityId: number,
    sequence: number,
    clock: number,
    hash: Uint8Array | undefined,
    hashAt: number,
  ): void {
    if (entityId >= this.#sequences.length) this.#grow(entityId);
    this.#sequences[entityId] = sequence;
    this.#clocks[entityId] = clock;
    if (hash === undefined) return;
    const hashes = this.#hashes;
    const start = entityId * hashBytes;
    for (let at = 0; at < hashBytes; at += 1) hashes[start + at] = hash[hashAt + at] ?? 0;
  }

  #grow(entityId: number): void {
    let capacity = this.#sequences.length;
    while (capacity <= entityId) capacity *= 2;
    const sequences = new Uint32Array(capacity).fill(none);
    sequences.set(this.#sequences);
    const clocks = new Uint32Array(capacity);
    clocks.set(this.#clocks);
    const hashes = new Uint8Array(capacity * hashBytes);
    hashes.set(this.#hashes);
    this.#sequences = sequences;
    this.#clocks = clocks;
    this.#hashes = hashes;
  }
}
