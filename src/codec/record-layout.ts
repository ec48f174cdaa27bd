import { readU16, readU32, readU64, writeU32 } from './bytes.ts';
import { frameHeaderBytes } from './frame.ts';
import { hashBytes } from './hash-chain.ts';

/**
 * The body of a version-2 frame, field by field in `docs/format.md`. Two invariants:
 * bytes before `type` (durableOffset, state) may change when a record is moved, everything from
 * `type` to the payload never does and is what the event hash covers;
 * optional fields stand in the order of their presence bits.
 */

/** What a record is. */
export const recordTypes = { event: 1, begin: 2, commit: 3, name: 4, gap: 5, clean: 7 } as const;

/** How a payload is encoded. */
export const payloadEncodings = { msgpack: 0 } as const;

/** Which optional fields a record has. */
export const presenceBits = {
  batch: 1 << 0,
  correlation: 1 << 1,
  causation: 1 << 2,
  lane: 1 << 3,
  payloadVersion: 1 << 4,
  idempotency: 1 << 5,
  hashes: 1 << 6,
  extensions: 1 << 7,
} as const;

/** All of {@link presenceBits}; another bit is of a field that isn't known. */
export const presenceKnown = 0xff;

/** Positions in a body of the fixed fields, and of the first optional one. */
export const at = {
  state: 4,
  type: 5,
  flags: 6,
  presence: 7,
  encoding: 9,
  kind: 10,
  sequence: 12,
  clock: 20,
  timestamp: 24,
  counter: 32,
  eventId: 34,
  optional: 50,
} as const;

/** Smallest body there can be: the fixed fields and two empty texts. */
export const recordBytesMin: number = at.optional + 4;

/** Position of the first hashed byte in a body: what is before it may change in a move. */
export const hashedFrom: number = at.type;

/** Bit of `state`: the payload was erased. */
export const tombstoneBit = 1;

/** Position of the event's id in a frame. */
export const eventIdAt: number = frameHeaderBytes + at.eventId;

/** The sequence in a body, before anything of it was checked. */
export function sequenceIn(bytes: Uint8Array, body: number): number {
  return readU64(bytes, body + at.sequence);
}

/** The time in a body, before anything of it was checked. */
export function timestampUsIn(bytes: Uint8Array, body: number): number {
  return readU64(bytes, body + at.timestamp);
}

/** The durableOffset in a body, before anything of it was checked. */
export function durableOffsetIn(bytes: Uint8Array, body: number): number {
  return readU32(bytes, body);
}

/** Whether a body can begin here, before its checksum was made: its type and fields are known. */
export function mayBeRecord(bytes: Uint8Array, body: number): boolean {
  return (
    readU16(bytes, body + at.presence) <= presenceKnown && isKnownType(bytes[body + at.type] ?? 0)
  );
}

/** Changes how far a moved record says that its segment was durable; the hash doesn't cover it. */
export function writeDurableOffset(bytes: Uint8Array, body: number, durableOffset: number): void {
  writeU32(bytes, body, durableOffset);
}

/** Bytes of the optional fields before the texts, in the order of their presence bits. */
const optionalSizes = [8, 16, 16, 8, 2, 16, hashBytes];

/** Bytes of all optional fields before the texts, by the presence bits. */
export const optionalBytes: Uint8Array = Uint8Array.from(
  { length: presenceKnown + 1 },
  (_, presence) =>
    optionalSizes.reduce((sum, size, bit) => sum + ((presence >> bit) & 1) * size, 0),
);

/** Whether records of this type are known. */
export function isKnownType(type: number): boolean {
  return (type >= recordTypes.event && type <= recordTypes.gap) || type === recordTypes.clean;
}
