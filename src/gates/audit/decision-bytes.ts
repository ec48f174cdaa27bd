import {
  readText,
  readU16,
  sliceBytes,
  textBytesMax,
  writeText,
  writeU16,
} from '../../codec/bytes.ts';
import { hashBytes } from '../../codec/hash-chain.ts';
import { decodePayload, encodePayload } from '../../codec/payload.ts';
import type { GateIdentity } from '../../model/denial.ts';
import { formatId, timeOfUuid7, writeId } from '../../model/event-id.ts';
import { hexOf } from '../canonical-text.ts';

/**
 * What is stored beside an event that went through gates, or past them: the extension `g`. Bytes:
 * version (1), flags (1: bit 0 bypassed, bit 1 with context), receipt id (16), payload hash (32),
 * context hash (32, zeros when bypassed), number of gates (1), each as version (2) and name
 * (2 + n); when bypassed the reason's name and justification (2 + n each); with bit 1 the context
 * as msgpack.
 */

const decisionVersion = 1;
const flag = { bypassed: 1, context: 2 } as const;
const at = { flags: 1, receiptId: 2, payloadHash: 18, contextHash: 50, gates: 82 } as const;

/** Why the gates were not asked. */
export interface BypassReason {
  /** What kind of reason it is, for programs: 1 to 255 characters, such as `incident`. */
  readonly name: string;
  /** Why it is right, for people: 1 to 1 024 characters. */
  readonly justification: string;
}

/** What a decision consists of. */
export interface DecisionFacts {
  /** Id of the receipt: a UUIDv7, from the time of the decision. */
  readonly receiptId: string;
  /** The gates that passed it, in order; none when it was bypassed. */
  readonly gates: readonly GateIdentity[];
  /** Why the gates were not asked; `undefined` when they were. */
  readonly bypass: BypassReason | undefined;
  /** blake3, in hexadecimal, of the canonical text of the context; `undefined` after a bypass. */
  readonly contextHash: string | undefined;
  /** The same of the proposed payload. */
  readonly payloadHash: string;
}

/** A decision as it is read again. */
export interface StoredDecision extends DecisionFacts {
  /** When it was made, in microseconds since 1970. */
  readonly decidedAtUs: number;
  /** The context, if it was kept. */
  readonly context: { readonly value: unknown } | undefined;
}

/** Encodes a decision, with the context if it is to be kept. */
export function encodeDecision(
  facts: DecisionFacts,
  context: { readonly value: unknown } | undefined,
): Uint8Array {
  const { receiptId, gates, bypass, contextHash, payloadHash } = facts;
  const kept = context?.value === undefined ? undefined : encodePayload(context.value);
  let bytesMax = at.gates + 1 + (kept?.length ?? 0);
  for (const { name } of gates) bytesMax += 2 + textBytesMax(name);
  if (bypass !== undefined) {
    bytesMax += textBytesMax(bypass.name) + textBytesMax(bypass.justification);
  }
  const bytes = new Uint8Array(bytesMax);
  bytes[0] = decisionVersion;
  bytes[at.flags] =
    (bypass === undefined ? 0 : flag.bypassed) | (kept === undefined ? 0 : flag.context);
  writeId('receiptId', receiptId, bytes, at.receiptId);
  writeHex(bytes, at.payloadHash, payloadHash);
  if (contextHash !== undefined) writeHex(bytes, at.contextHash, contextHash);
  bytes[at.gates] = gates.length;
  let end = at.gates + 1;
  for (const { name, version } of gates) {
    end = writeText(bytes, writeU16(bytes, end, version), name);
  }
  if (bypass !== undefined) {
    end = writeText(bytes, writeText(bytes, end, bypass.name), bypass.justification);
  }
  if (kept !== undefined) {
    bytes.set(kept, end);
    end += kept.length;
  }
  return sliceBytes(bytes, 0, end);
}

/** Decodes a decision; `undefined` when the bytes are none of this version. */
export function decodeDecision(bytes: Uint8Array): StoredDecision | undefined {
  if (bytes[0] !== decisionVersion || bytes.length <= at.gates) return undefined;
  const flags = bytes[at.flags] ?? 0;
  const bypassed = (flags & flag.bypassed) !== 0;
  const reader = new TextReader(bytes, at.gates + 1);
  const gates: GateIdentity[] = [];
  for (let left = bytes[at.gates] ?? 0; left > 0; left -= 1) {
    const version = reader.number();
    gates.push({ name: reader.text(), version });
  }
  const bypass = bypassed ? { name: reader.text(), justification: reader.text() } : undefined;
  if (reader.at > bytes.length) return undefined;
  const hasContext = (flags & flag.context) !== 0;
  return {
    receiptId: formatId(bytes, at.receiptId),
    decidedAtUs: timeOfUuid7(bytes, at.receiptId),
    gates,
    bypass,
    contextHash: bypassed ? undefined : hexAt(bytes, at.contextHash),
    payloadHash: hexAt(bytes, at.payloadHash),
    context: hasContext ? { value: decodePayload(bytes, reader.at, bytes.length) } : undefined,
  };
}

/** Reads numbers and texts one after the other; past the end they are 0 and ''. */
class TextReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  number(): number {
    this.at += 2;
    return readU16(this.#bytes, this.at - 2);
  }

  text(): string {
    const length = this.number();
    const start = this.at;
    this.at += length;
    return this.at > this.#bytes.length ? '' : readText(this.#bytes, start, length);
  }
}

function hexAt(bytes: Uint8Array, start: number): string {
  return hexOf(bytes.subarray(start, start + hashBytes));
}

function writeHex(bytes: Uint8Array, start: number, hex: string): void {
  for (let index = 0; index * 2 < hex.length; index += 1) {
    bytes[start + index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
}
