import { readU32 } from '../codec/bytes.ts';
import { checksum } from '../codec/frame.ts';
import { hashOf } from '../codec/hash-chain.ts';

/** Where checksums of a store's frames begin. */
export function saltOf(storeId: Uint8Array): number {
  return checksum(storeId, 0, storeId.length, 0);
}

/** What a store's tables of hashes are mixed with: the same at every opening, and hard to guess. */
export function seedOf(storeId: Uint8Array): number {
  return readU32(hashOf(storeId, 0, storeId.length), 0);
}
