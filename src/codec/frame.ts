import { crc32 } from '@node-rs/crc32';
import { readU32, writeU32 } from './bytes.ts';
import { registerAfter, shiftBytesMax, shiftCrc } from './crc-shift.ts';

/**
 * A frame is `length u32 · crc32 u32 · body`. The length counts the body alone. The checksum runs
 * over the body and starts from the segment's salt (the crc32 of the store's id in version 2), so
 * that bytes inside a payload of another store, or of this one, can't pass for a frame.
 */

/** Bytes before the body: its length and its checksum. */
export const frameHeaderBytes = 8;

/** Largest body that a reader believes in; a length beyond it is damage. */
export const frameBodyBytesMax = 256 * 1024 * 1024;

/** Why bytes are no frame. */
export type FrameProblem = 'cut off' | 'impossible length' | 'checksum mismatch';

/** What {@link checkFrame} answers: the body's length, or a problem as a negative number. */
export const frameCutOff = -1;
export const frameImpossibleLength = -2;
export const frameChecksumMismatch = -3;

/** The checksum of bytes from `start` up to `end`, begun from `salt`. */
export function checksum(bytes: Uint8Array, start: number, end: number, salt: number): number {
  return crc32(bytes.subarray(start, end), salt);
}

/**
 * The checksum of a frame's body from `from` on, begun from `crc`. It follows from that of the
 * frame, which must hold, and takes a tenth of the time of a call for so few bytes.
 */
export function checksumFrom(
  bytes: Uint8Array,
  at: number,
  from: number,
  salt: number,
  crc: number,
): number {
  const body = at + frameHeaderBytes;
  const end = body + readU32(bytes, at);
  if (end - from > shiftBytesMax) return checksum(bytes, from, end, crc);
  const before = registerAfter(bytes, body, from, ~salt);
  return (shiftCrc(~crc ^ before, end - from) ^ readU32(bytes, at + 4)) >>> 0;
}

/** Completes the frame at `at` whose body ends at `end`: writes its length and checksum. */
export function sealFrame(bytes: Uint8Array, at: number, end: number, salt: number): void {
  const body = at + frameHeaderBytes;
  writeU32(bytes, at, end - body);
  writeU32(bytes, at + 4, checksum(bytes, body, end, salt));
}

/**
 * Checks the frame at `at` within bytes that end at `end`.
 *
 * @param bodyBytesMin smallest body of the segment's version; a run of zeros is no frame by it
 * @returns the length of its body, or one of the negative problems
 */
export function checkFrame(
  bytes: Uint8Array,
  at: number,
  end: number,
  salt: number,
  bodyBytesMin: number,
): number {
  if (end - at < frameHeaderBytes) return frameCutOff;
  const length = readU32(bytes, at);
  if (length < bodyBytesMin || length > frameBodyBytesMax) return frameImpossibleLength;
  const body = at + frameHeaderBytes;
  if (end - body < length) return frameCutOff;
  const matches = checksum(bytes, body, body + length, salt) === readU32(bytes, at + 4);
  return matches ? length : frameChecksumMismatch;
}

/** The problem that a negative answer of {@link checkFrame} stands for. */
export function frameProblem(answer: number): FrameProblem {
  if (answer === frameCutOff) return 'cut off';
  return answer === frameImpossibleLength ? 'impossible length' : 'checksum mismatch';
}
