import { describe, expect, it } from 'vitest';
import { saltOf, seedOf } from '../../../src/recovery/store-salt.ts';
import { forgedSalt, forgedStoreId } from '../../support/forged-log.ts';

describe('saltOf', () => {
  it('is the checksum of the store id', () => {
    expect(saltOf(forgedStoreId)).toBe(forgedSalt);
  });
});

describe('seedOf', () => {
  it('is the same for a store at every opening, and another for another store', () => {
    expect(seedOf(forgedStoreId)).toBe(seedOf(forgedStoreId.slice()));
    expect(seedOf(forgedStoreId)).not.toBe(seedOf(new Uint8Array(16)));
    expect(seedOf(forgedStoreId)).not.toBe(forgedSalt);
  });
});
