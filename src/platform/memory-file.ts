import type { SeededRandom } from './random.ts';

/** What is lost or kept as one by power loss, in bytes. */
export const pageBytes = 4096;

/**
 * The content of one file of the disk in memory, twice: as a reader sees it and as it was synced.
 *
 * - Both buffers hold zeros from their size on.
 * - Below the synced size they are equal but for pages in `#unsynced` (written since the last sync)
 *   and `#abandoned` (written before a sync that failed).
 */
export class MemoryFile {
  readonly type = 'file';
  #bytes = new Uint8Array(0);
  #sizeBytes = 0;
  /** How often it was written to or cut. */
  changes = 0;
  #syncedBytes = new Uint8Array(0);
  #syncedSizeBytes = 0;
  readonly #unsynced = new Set<number>();
  readonly #abandoned = new Set<number>();
  #failedSyncs = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** How many syncs of the file have failed: each open file is told of those since its opening. */
  get failedSyncs(): number {
    return this.#failedSyncs;
  }

  write(bytes: Uint8Array, start: number, length: number, position: number): void {
    if (length === 0) return;
    this.changes += 1;
    const end = position + length;
    this.#reserve(end);
    this.#bytes.set(bytes.subarray(start, start + length), position);
    this.#touch(position, end);
    this.#sizeBytes = Math.max(this.#sizeBytes, end);
  }

  read(bytes: Uint8Array, start: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.#sizeBytes - position));
    if (count > 0) bytes.set(this.#bytes.subarray(position, position + count), start);
    return count;
  }

  truncate(sizeBytes: number): void {
    this.changes += 1;
    this.#reserve(sizeBytes);
    if (sizeBytes < this.#sizeBytes) {
      this.#bytes.fill(0, sizeBytes, this.#sizeBytes);
      this.#touch(sizeBytes, this.#sizeBytes);
    }
    this.#sizeBytes = sizeBytes;
  }

  sync(): void {
    if (this.#syncedBytes.length < this.#bytes.length) {
      this.#syncedBytes = grown(this.#syncedBytes, this.#bytes.length);
    }
    for (const page of this.#unsynced) copyPage(this.#bytes, this.#syncedBytes, page);
    this.#unsynced.clear();
    this.#syncedBytes.fill(0, this.#sizeBytes, this.#syncedSizeBytes);
    this.#syncedSizeBytes = this.#sizeBytes;
  }

  /**
   * What a failed sync does on Linux: the pages it should have stored count as clean from now on.
   * Readers still see them, no later sync stores them, and power loss may undo them.
   */
  abandonUnsynced(): void {
    this.#failedSyncs += 1;
    for (const page of this.#unsynced) this.#abandoned.add(page);
    this.#unsynced.clear();
  }

  /** A copy that remembers what was synced. */
  clone(): MemoryFile {
    const copy = new MemoryFile();
    copy.#bytes = this.#bytes.slice();
    copy.#sizeBytes = this.#sizeBytes;
    copy.#syncedBytes = this.#syncedBytes.slice();
    copy.#syncedSizeBytes = this.#syncedSizeBytes;
    for (const page of this.#unsynced) copy.#unsynced.add(page);
    for (const page of this.#abandoned) copy.#abandoned.add(page);
    return copy;
  }

  /** What the disk holds after power loss: what was synced, and what `random` lets through. */
  afterPowerLoss(random?: SeededRandom): MemoryFile {
    const left = new MemoryFile();
    const sizeBytes = random ? this.#sizeAfterPowerLoss(random) : this.#syncedSizeBytes;
    left.#bytes = grown(this.#syncedBytes, Math.max(this.#syncedBytes.length, this.#bytes.length));
    const chance = random?.next() ?? 0;
    for (const page of new Set([...this.#unsynced, ...this.#abandoned])) {
      if (random && random.next() < chance) copyPage(this.#bytes, left.#bytes, page);
    }
    left.#bytes.fill(0, sizeBytes);
    left.#sizeBytes = sizeBytes;
    left.#syncedBytes = left.#bytes.slice();
    left.#syncedSizeBytes = sizeBytes;
    return left;
  }

  /** The old size, the new one, or when the file grew the end of any page between them. */
  #sizeAfterPowerLoss(random: SeededRandom): number {
    const sizes = [this.#syncedSizeBytes, this.#sizeBytes];
    const firstPage = Math.floor(this.#syncedSizeBytes / pageBytes) + 1;
    const pageCount = Math.ceil(this.#sizeBytes / pageBytes) - firstPage;
    if (pageCount > 0) sizes.push((firstPage + random.below(pageCount)) * pageBytes);
    return sizes[random.below(sizes.length)] ?? this.#syncedSizeBytes;
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#bytes.length) return;
    const doubled = Math.max(sizeBytes, this.#bytes.length * 2, pageBytes);
    this.#bytes = grown(this.#bytes, Math.ceil(doubled / pageBytes) * pageBytes);
  }

  #touch(from: number, to: number): void {
    for (let page = Math.floor(from / pageBytes); page * pageBytes < to; page += 1) {
      this.#unsynced.add(page);
    }
  }
}

function copyPage(from: Uint8Array, to: Uint8Array, page: number): void {
  const start = page * pageBytes;
  to.set(from.subarray(start, start + pageBytes), start);
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}
