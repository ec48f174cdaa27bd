import { hash } from 'blake3';
import { assert } from '../model/assert.ts';

/** Bytes of an event hash. */
export const hashBytes = 32;

/** The previous hash of an entity's first event. */
export const genesisHash: Uint8Array = new Uint8Array(hashBytes);

/** blake3 of the bytes from `start` up to, not including, `end`, in a Buffer of its own. */
export function hashOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return asBytes(hash(bytes.subarray(start, end)));
}

/** First 16 bytes of the blake3 of a text: how idempotency keys are stored. */
export function digest16(text: string): Uint8Array {
  return asBytes(hash(new TextEncoder().encode(text), { length: 16 }));
}

// The library's types allow for a text, which it makes only when it is given an encoding. What it
// makes is a Buffer; a plain view of it would cost 0.5 µs, as small arrays have no buffer until it
// is asked for.
function asBytes(digest: Uint8Array | string): Uint8Array {
  assert(typeof digest !== 'string', 'a digest without an encoding is bytes');
  return digest;
}
