import { readU32 } from './bytes.ts';
import { registerAfter, shiftBytesMax, shiftCrc } from './crc-shift.ts';
import { checksum, frameHeaderBytes } from './frame.ts';

/**
 * Checks frames that stand one behind the other with one checksum over all of them, held against
 * the one that follows from their own. A call for each frame takes three times as long.
 *
 * Damage within one frame is noticed just as by that frame's own checksum. Damage to several stays
 * unnoticed in one of 2^32 cases, as damage to a single one does.
 *
 * @returns where the last of them ends; `start` when one of them is damaged, whichever it is, or
 * when there is none
 */
export function soundFramesEnd(
  bytes: Uint8Array,
  start: number,
  end: number,
  salt: number,
  bodyBytesMin: number,
): number {
  let register = ~0;
  let at = start;
  while (end - at >= frameHeaderBytes) {
    const length = readU32(bytes, at);
    const body = at + frameHeaderBytes;
    if (length < bodyBytesMin || length > shiftBytesMax || length > end - body) break;
    const before = registerAfter(bytes, at, body, register);
    register = shiftCrc(before ^ ~salt, length) ^ ~readU32(bytes, at + 4);
    at = body + length;
  }
  return checksum(bytes, start, at, 0) === ~register >>> 0 ? at : start;
}
