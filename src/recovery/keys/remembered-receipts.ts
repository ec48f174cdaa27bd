import {
  decodeRememberedReceipt,
  encodeRememberedReceipt,
  type RememberedReceipt,
  rememberedReceiptEnd,
  rememberedSequence,
} from '../../codec/remembered-receipt.ts';
import { assert } from '../../model/assert.ts';

/**
 * Receipts of events whose frames were dropped and whose idempotency keys are still kept. They stay
 * encoded, about 150 bytes each, and are found by their sequences; every change makes all of it
 * anew, as there is one for each compaction.
 */
export class RememberedReceipts {
  #bytes: Uint8Array = new Uint8Array(0);
  /** Sequences in rising order, and where the receipt of each begins. */
  #sequences = new Uint32Array(0);
  #starts = new Uint32Array(0);

  /** How many there are. */
  get count(): number {
    return this.#sequences.length;
  }

  /** All receipts as they stand in the checkpoint, oldest first. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The receipt of the event of this sequence, or `undefined`. */
  find(sequence: number): RememberedReceipt | undefined {
    let low = 0;
    let high = this.#sequences.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sequences[middle] ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    if (this.#sequences[low] !== sequence) return undefined;
    return decodeRememberedReceipt(this.#bytes, this.#starts[low] ?? 0);
  }

  /** Adds receipts, in any order; one that is there already is replaced. */
  add(receipts: readonly RememberedReceipt[]): void {
    const encoded = this.#encoded();
    for (const receipt of receipts) encoded.set(receipt.sequence, encodeRememberedReceipt(receipt));
    this.#replace(encoded);
  }

  /** Takes what {@link RememberedReceipts.bytes} gave. */
  restore(bytes: Uint8Array): void {
    const encoded = new Map<number, Uint8Array>();
    for (let start = 0; start < bytes.length; ) {
      const end = rememberedReceiptEnd(bytes, start, bytes.length);
      assert(end > start, 'restored receipts are whole', { start });
      encoded.set(rememberedSequence(bytes, start), bytes.subarray(start, end));
      start = end;
    }
    this.#replace(encoded);
  }

  /** Drops the receipts of events before this sequence: their keys are forgotten. */
  dropBefore(sequence: number): void {
    if (this.count === 0 || (this.#sequences[0] ?? 0) >= sequence) return;
    const encoded = this.#encoded();
    for (const known of encoded.keys()) if (known < sequence) encoded.delete(known);
    this.#replace(encoded);
  }

  #encoded(): Map<number, Uint8Array> {
    const encoded = new Map<number, Uint8Array>();
    for (let index = 0; index < this.count; index += 1) {
      const end = this.#starts[index + 1] ?? this.#bytes.length;
      const bytes = this.#bytes.subarray(this.#starts[index] ?? 0, end);
      encoded.set(this.#sequences[index] ?? 0, bytes);
    }
    return encoded;
  }

  #replace(encoded: ReadonlyMap<number, Uint8Array>): void {
    const ordered = [...encoded].sort(([left], [right]) => left - right);
    const total = ordered.reduce((bytes, [, each]) => bytes + each.length, 0);
    assert(total <= 0xffff_ffff, 'remembered receipts take at most 4 GiB', { total });
    this.#bytes = new Uint8Array(total);
    this.#sequences = new Uint32Array(ordered.length);
    this.#starts = new Uint32Array(ordered.length);
    let start = 0;
    for (const [index, [sequence, each]] of ordered.entries()) {
      this.#bytes.set(each, start);
      this.#sequences[index] = sequence;
      this.#starts[index] = start;
      start += each.length;
    }
  }
}
