import { assert } from '../model/assert.ts';

/**
 * Asserts that a positional read or write names bytes that exist. Node would take a negative or
 * fractional position for "wherever the descriptor stands" and touch the wrong bytes in silence.
 */
export function assertByteRange(
  bytes: Uint8Array,
  start: number,
  length: number,
  position: number,
): void {
  const whole = Number.isInteger(start) && Number.isInteger(length);
  const inside = start >= 0 && length >= 0 && start + length <= bytes.length;
  if (whole && inside && Number.isSafeInteger(position) && position >= 0) return;
  assert(false, 'a transfer stays inside its buffer, at a whole position', {
    bufferBytes: bytes.length,
    start,
    length,
    position,
  });
}
