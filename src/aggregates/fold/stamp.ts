import type { AnyMachineSnapshot } from 'xstate';
import {
  copyBytes,
  equalBytes,
  readText,
  readU16,
  sliceBytes,
  writeText,
  writeU16,
} from '../../codec/bytes.ts';
import { hashOf } from '../../codec/hash-chain.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { decodeEffects, type Effect, encodeEffects } from '../stepping/effect.ts';
import { historyOf, xstateVersion } from '../stepping/xstate-adapter.ts';

/**
 * What is stored beside an event of an aggregate: what the machine made of it. Bytes: version (1),
 * role (1), definition version (2), XState version (3), checksum of the state (8), fingerprint of
 * the command (8), state value (2 + n, canonical JSON); and, when the event asked for any, its
 * effects (the rest, msgpack).
 *
 * The state value is spelled out, so that a log can be read state by state without its machine.
 * The checksum finds bugs; tamper evidence is the work of the hash chain.
 */

const stampVersion = 1;
const digestBytes = 8;
const at = { role: 1, definition: 2, xstate: 4, checksum: 7, fingerprint: 15, value: 23 } as const;

/**
 * What a record of an aggregate is: a command that was accepted, the start, a fact for readers, a
 * timer or a result that the machine has taken, or one that it has not.
 */
export type StampRole = 'input' | 'start' | 'emitted' | 'external' | 'discarded';
const roles: readonly StampRole[] = ['input', 'start', 'emitted', 'external', 'discarded'];
/** Roles of records that a fold doesn't step on. */
const asides: ReadonlySet<StampRole> = new Set(['emitted', 'discarded']);

const xstateParts: readonly number[] = xstateVersion
  .split('.')
  .map((part) => Number.parseInt(part, 10));
const noDigest = new Uint8Array(digestBytes);
const noEffects = new Uint8Array(0);

/** A decoded stamp. */
export interface Stamp {
  readonly role: StampRole;
  readonly definitionVersion: number;
  readonly xstateVersion: string;
  /** Canonical JSON of the state value after the event. */
  readonly stateValue: string;
  /** First 8 bytes of blake3 over the canonical JSON of the whole state. */
  readonly checksum: Uint8Array;
  /** First 8 bytes of blake3 over entity, event type and input; zeros for records without one. */
  readonly fingerprint: Uint8Array;
  /** What the event asked for besides the state. */
  readonly effects: readonly Effect[];
}

/** The stamp of a record that led to `snapshot`. */
export function encodeStamp(
  role: StampRole,
  definitionVersion: number,
  snapshot: AnyMachineSnapshot,
  fingerprint: Uint8Array = noDigest,
  effects: readonly Effect[] = [],
): Uint8Array {
  const value = canonicalJson(snapshot.value);
  const more = effects.length === 0 ? noEffects : encodeEffects(effects);
  // An array of up to 64 bytes is a fraction as dear: for names in ASCII it is just long enough.
  const bytes = new Uint8Array(at.value + 2 + utf8Length(value) + more.length);
  bytes[0] = stampVersion;
  bytes[at.role] = roles.indexOf(role);
  writeU16(bytes, at.definition, definitionVersion);
  for (let part = 0; part < 3; part += 1) bytes[at.xstate + part] = xstateParts[part] ?? 0;
  if (!asides.has(role)) {
    copyBytes(bytes, at.checksum, digestOf(stateText(value, snapshot)), 0, digestBytes);
  }
  copyBytes(bytes, at.fingerprint, fingerprint, 0, digestBytes);
  const end = writeText(bytes, at.value, value);
  if (more.length > 0) bytes.set(more, end);
  return bytes;
}

/** What a stamped record is; `undefined` when the bytes are no stamp of this version. */
export function stampRole(bytes: Uint8Array | undefined): StampRole | undefined {
  if (bytes === undefined || bytes.length < at.value + 2 || bytes[0] !== stampVersion) {
    return undefined;
  }
  const end = at.value + 2 + readU16(bytes, at.value);
  return end > bytes.length ? undefined : roles[bytes[at.role] ?? 0];
}

/** What the event of a stamp asked for: none of most. */
export function stampedEffects(stamp: Uint8Array): readonly Effect[] {
  const end = at.value + 2 + readU16(stamp, at.value);
  return end === stamp.length ? none : decodeEffects(stamp, end, stamp.length);
}

const none: readonly Effect[] = Object.freeze([]);

/** Version of the definition that made a stamp. */
export function stampedVersion(stamp: Uint8Array): number {
  return readU16(stamp, at.definition);
}

/** Whether a stamp bears this state value, in canonical JSON; nothing is decoded. */
export function stampsValue(stamp: Uint8Array, value: Uint8Array): boolean {
  const { length } = value;
  return readU16(stamp, at.value) === length && equalBytes(stamp, at.value + 2, value, 0, length);
}

/** Whether a stamp bears the checksum of this state. */
export function stampsState(stamp: Uint8Array, snapshot: AnyMachineSnapshot): boolean {
  const text = stateText(canonicalJson(snapshot.value), snapshot);
  return equalBytes(stamp, at.checksum, digestOf(text), 0, digestBytes);
}

/** Reads a stamp; `undefined` when the bytes are none of this version. */
export function decodeStamp(bytes: Uint8Array | undefined): Stamp | undefined {
  const role = stampRole(bytes);
  if (role === undefined || bytes === undefined) return undefined;
  return {
    role,
    definitionVersion: stampedVersion(bytes),
    xstateVersion: [...bytes.subarray(at.xstate, at.xstate + 3)].join('.'),
    stateValue: readText(bytes, at.value + 2, readU16(bytes, at.value)),
    checksum: sliceBytes(bytes, at.checksum, at.checksum + digestBytes),
    fingerprint: sliceBytes(bytes, at.fingerprint, at.fingerprint + digestBytes),
    effects: stampedEffects(bytes),
  };
}

/** Checksum of all that a fold must lead to: value, context, status, output and history. */
export function stateChecksum(snapshot: AnyMachineSnapshot): Uint8Array {
  return digest8(stateText(canonicalJson(snapshot.value), snapshot));
}

/** Canonical JSON of the list of value, context, status, output and history. */
function stateText(value: string, snapshot: AnyMachineSnapshot): string {
  const { context, status, output } = snapshot;
  const rest = [context, status, output, historyOf(snapshot)].map(canonicalJson);
  return `[${value},${rest.join(',')}]`;
}

/** Fingerprint of a command: what a retry with the same idempotency key must repeat. */
export function commandFingerprint(entity: string, eventType: string, input: unknown): Uint8Array {
  return digest8(canonicalJson([entity, eventType, input]));
}

/** Whether two digests are the same. */
export function sameDigest(left: Uint8Array, right: Uint8Array): boolean {
  return equalBytes(left, 0, right, 0, digestBytes);
}

function digest8(text: string): Uint8Array {
  return sliceBytes(digestOf(text), 0, digestBytes);
}

/** Of which the first 8 bytes count. */
function digestOf(text: string): Uint8Array {
  // From Node's pool: a buffer of its own takes a microsecond, which the garbage comes on top of.
  const bytes = Buffer.from(text);
  return hashOf(bytes, 0, bytes.length);
}

function utf8Length(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) >= 0x80) return Buffer.byteLength(text);
  }
  return text.length;
}
