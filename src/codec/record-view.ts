import { assert } from '../model/assert.ts';
import { readText, readU16, readU32, readU64 } from './bytes.ts';
import { hashBytes } from './hash-chain.ts';
import {
  at,
  durableOffsetIn,
  isKnownType,
  optionalBytes,
  presenceBits,
  presenceKnown,
  recordBytesMin,
  sequenceIn,
  tombstoneBit,
} from './record-layout.ts';

/** Why a body whose checksum holds is no record of this version. */
export type RecordProblem = 'unknown type' | 'unknown field' | 'fields beyond the end';

const nothing = new Uint8Array(0);

/**
 * A record in place: its fields are read from the bytes when asked for. One view can walk over a
 * whole file; a view that outlives its bytes must be given a copy of them. It keeps few numbers,
 * as there is one for each event that is handed out: the places of fields follow from which there
 * are, and a place of 0 means that there is none.
 */
export class RecordView {
  bytes: Uint8Array = nothing;
  /** First byte of the body. */
  start = 0;
  /** Position after the body. */
  end = 0;
  /** First byte of the payload. */
  payloadAt = 0;
  #presence = 0;

  /** Points the view at a body. @returns what is wrong with it, or `undefined` */
  point(bytes: Uint8Array, start: number, end: number): RecordProblem | undefined {
    // Facts are gathered only for a failure, and places without a closure: this runs per event.
    if (end - start < recordBytesMin) {
      assert(false, 'a body is as long as its fixed fields', { start, end });
    }
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    const presence = readU16(bytes, start + at.presence);
    if (presence > presenceKnown) return 'unknown field';
    if (!isKnownType(bytes[start + at.type] ?? 0)) return 'unknown type';
    this.#presence = presence;
    const limit = this.payloadEnd;
    let next = this.entityAt;
    next += 2 + readU16(bytes, next);
    if (next + 2 > limit) return 'fields beyond the end';
    next += 2 + readU16(bytes, next);
    if ((presence & presenceBits.extensions) !== 0) {
      if (next + 4 > limit) return 'fields beyond the end';
      next += 4 + readU32(bytes, next);
    }
    if (next > limit) return 'fields beyond the end';
    this.payloadAt = next;
    return undefined;
  }

  get batchIdAt(): number {
    return this.#placeOf(presenceBits.batch);
  }
  get correlationIdAt(): number {
    return this.#placeOf(presenceBits.correlation);
  }
  get causationIdAt(): number {
    return this.#placeOf(presenceBits.causation);
  }
  get laneAt(): number {
    return this.#placeOf(presenceBits.lane);
  }
  get payloadVersionAt(): number {
    return this.#placeOf(presenceBits.payloadVersion);
  }
  get idempotencyAt(): number {
    return this.#placeOf(presenceBits.idempotency);
  }
  get prevHashAt(): number {
    return this.#placeOf(presenceBits.hashes);
  }
  get entityAt(): number {
    return this.start + at.optional + (optionalBytes[this.#presence] ?? 0);
  }
  get scopeAt(): number {
    const { entityAt } = this;
    return entityAt + 2 + readU16(this.bytes, entityAt);
  }
  get extensionsAt(): number {
    if ((this.#presence & presenceBits.extensions) === 0) return 0;
    const { scopeAt } = this;
    return scopeAt + 2 + readU16(this.bytes, scopeAt);
  }
  /** Position after the payload. */
  get payloadEnd(): number {
    return (this.#presence & presenceBits.hashes) === 0 ? this.end : this.end - hashBytes;
  }

  get durableOffset(): number {
    return durableOffsetIn(this.bytes, this.start);
  }
  /** Whether the payload was erased: the rest of the record, its hashes too, is as it was. */
  get tombstone(): boolean {
    return ((this.bytes[this.start + at.state] ?? 0) & tombstoneBit) !== 0;
  }
  get type(): number {
    return this.bytes[this.start + at.type] ?? 0;
  }
  get flags(): number {
    return this.bytes[this.start + at.flags] ?? 0;
  }
  get encoding(): number {
    return this.bytes[this.start + at.encoding] ?? 0;
  }
  get kind(): number {
    return readU16(this.bytes, this.start + at.kind);
  }
  get sequence(): number {
    return sequenceIn(this.bytes, this.start);
  }
  get clock(): number {
    return readU32(this.bytes, this.start + at.clock);
  }
  get timestampUs(): number {
    return readU64(this.bytes, this.start + at.timestamp);
  }
  get counter(): number {
    return readU16(this.bytes, this.start + at.counter);
  }
  /** Position of the 16 bytes of the event's id. */
  get eventIdAt(): number {
    return this.start + at.eventId;
  }
  /** Branch of the entity's chain. */
  get lane(): number {
    const { laneAt } = this;
    return laneAt === 0 ? 0 : readU32(this.bytes, laneAt);
  }
  get payloadVersion(): number {
    const { payloadVersionAt } = this;
    return payloadVersionAt === 0 ? 0 : readU16(this.bytes, payloadVersionAt);
  }
  get entity(): string {
    const { bytes, entityAt } = this;
    return readText(bytes, entityAt + 2, readU16(bytes, entityAt));
  }
  get scope(): string {
    const { bytes, scopeAt } = this;
    return readText(bytes, scopeAt + 2, readU16(bytes, scopeAt));
  }
  /** Position of the event hash; 0 without a hash chain. */
  get hashAt(): number {
    return this.prevHashAt === 0 ? 0 : this.payloadEnd;
  }
  /** Encoded extensions, or `undefined`: a view over the same bytes. */
  get extensions(): Uint8Array | undefined {
    const { extensionsAt } = this;
    if (extensionsAt === 0) return undefined;
    return this.bytes.subarray(extensionsAt + 4, this.payloadAt);
  }

  /** The optional fields stand in the order of their bits. */
  #placeOf(bit: number): number {
    const presence = this.#presence;
    if ((presence & bit) === 0) return 0;
    return this.start + at.optional + (optionalBytes[presence & (bit - 1)] ?? 0);
  }
}
