const slotsMin = 64;
const slotsMaxLoad = 0.5;
const none = 0;

/**
 * From 16-byte ids to all sequences that refer to them: which events an event caused, and which
 * belong to a conversation. A slot for each id and an entry for each event, 8 bytes both; an event
 * that refers to nothing takes none. Ids are known by 32 bits of them: who asks confirms from the
 * frame.
 */
export class LinkTable {
  /** Pairs: hash of an id, and the number of its last entry, from 1; 0 in a free slot. */
  #slots = new Uint32Array(2 * slotsMin);
  #used = 0;
  /** Pairs: a sequence, and the number of the entry before it of the same hash. */
  #entries = new Uint32Array(2 * slotsMin);
  #count = 0;

  /** How many references there are. */
  get count(): number {
    return this.#count;
  }

  /** Notes that the event of this sequence refers to the id at `start`. Sequences rise. */
  add(bytes: Uint8Array, start: number, sequence: number): void {
    if (2 * this.#count === this.#entries.length) {
      const entries = new Uint32Array(2 * this.#entries.length);
      entries.set(this.#entries);
      this.#entries = entries;
    }
    if (this.#used >= (this.#slots.length / 2) * slotsMaxLoad) this.#grow();
    const hash = hashOf(bytes, start);
    const slot = slotFor(this.#slots, hash);
    const before = this.#slots[slot + 1] ?? none;
    if (before === none) this.#used += 1;
    this.#entries[2 * this.#count] = sequence;
    this.#entries[2 * this.#count + 1] = before;
    this.#count += 1;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = this.#count;
  }

  /** Sequences that may refer to the id at `start`, ascending. */
  find(bytes: Uint8Array, start: number): number[] {
    const slot = slotFor(this.#slots, hashOf(bytes, start));
    const found: number[] = [];
    let entry = this.#slots[slot + 1] ?? none;
    while (entry !== none) {
      found.push(this.#entries[2 * entry - 2] ?? 0);
      entry = this.#entries[2 * entry - 1] ?? none;
    }
    return found.reverse();
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const last = this.#slots[at + 1] ?? none;
      if (last === none) continue;
      const slot = slotFor(slots, this.#slots[at] ?? 0);
      slots[slot] = this.#slots[at] ?? 0;
      slots[slot + 1] = last;
    }
    this.#slots = slots;
  }
}

/** Where the hash is, or the free slot where it would be: tables are never full. */
function slotFor(slots: Uint32Array, hash: number): number {
  const mask = slots.length / 2 - 1;
  let slot = hash & mask;
  while (slots[2 * slot + 1] !== none && slots[2 * slot] !== hash) slot = (slot + 1) & mask;
  return 2 * slot;
}

/** FNV-1a over the bytes. */
function hashOf(bytes: Uint8Array, start: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + 16; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
