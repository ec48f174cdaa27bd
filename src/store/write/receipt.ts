import { readU32, writeU32 } from '../../codec/bytes.ts';
import { assert } from '../../model/assert.ts';
import { formatId, idBytes } from '../../model/event-id.ts';
import type { Durability, Position, Receipt } from '../../model/receipt.ts';

const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

/**
 * A receipt that an append can afford: the id is kept as four numbers and written as text when it
 * is asked for, which saves a third of a microsecond where nobody does.
 */
export class WrittenReceipt implements Receipt {
  readonly #id0: number;
  readonly #id1: number;
  readonly #id2: number;
  readonly #id3: number;
  readonly #segmentId: number;
  readonly #offset: number;
  readonly #length: number;
  readonly sequence: number;
  readonly clock: number;
  #hash: Uint8Array | undefined;
  readonly durability: Durability;
  readonly replayed: boolean;

  constructor(
    bytes: Uint8Array,
    idAt: number,
    place: { readonly segmentId: number; readonly offset: number; readonly length: number },
    facts: Pick<Receipt, 'sequence' | 'clock' | 'hash' | 'durability' | 'replayed'>,
  ) {
    this.#id0 = readU32(bytes, idAt);
    this.#id1 = readU32(bytes, idAt + 4);
    this.#id2 = readU32(bytes, idAt + 8);
    this.#id3 = readU32(bytes, idAt + 12);
    this.#segmentId = place.segmentId;
    this.#offset = place.offset;
    this.#length = place.length;
    this.sequence = facts.sequence;
    this.clock = facts.clock;
    this.#hash = facts.hash;
    this.durability = facts.durability;
    this.replayed = facts.replayed;
  }

  get eventId(): string {
    return formatId(this.#idBytes());
  }

  get hash(): Uint8Array | undefined {
    // The hash may be a Buffer, whose `slice` shares memory: callers get plain bytes.
    if (this.#hash instanceof Buffer) this.#hash = Uint8Array.from(this.#hash);
    return this.#hash;
  }

  get position(): Position {
    return { segmentId: this.#segmentId, offset: this.#offset, length: this.#length };
  }

  /** The same receipt, made now that a sync has covered its event. */
  durable(): WrittenReceipt {
    const { sequence, clock, replayed } = this;
    const facts = { sequence, clock, hash: this.#hash, durability: 'durable', replayed } as const;
    return new WrittenReceipt(this.#idBytes(), 0, this.position, facts);
  }

  /** Every field as a plain object, the hash as hexadecimal text. */
  toJSON(): Record<string, unknown> {
    return { ...this.#plain(), hash: this.hash && Buffer.from(this.hash).toString('hex') };
  }

  [inspectCustom](): Record<string, unknown> {
    return this.#plain();
  }

  #idBytes(): Uint8Array {
    const bytes = new Uint8Array(idBytes);
    writeU32(bytes, 0, this.#id0);
    writeU32(bytes, 4, this.#id1);
    writeU32(bytes, 8, this.#id2);
    writeU32(bytes, 12, this.#id3);
    return bytes;
  }

  #plain(): Record<string, unknown> {
    const { eventId, sequence, clock, position, hash, durability, replayed } = this;
    return { eventId, sequence, clock, position, hash, durability, replayed };
  }
}

/** The receipt, now that a sync has covered its event. */
export function durableReceipt(receipt: Receipt): Receipt {
  if (receipt.durability === 'durable') return receipt;
  assert(receipt instanceof WrittenReceipt, 'a receipt that was not durable is one of a write');
  return receipt.durable();
}
