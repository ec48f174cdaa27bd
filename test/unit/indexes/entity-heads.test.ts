import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityHeads } from '../../../src/indexes/entity-heads.ts';
import { propertyRuns } from '../../support/property-runs.ts';

interface Head {
  readonly sequence: number;
  readonly clock: number;
  readonly hash: readonly number[];
}

const unknown = { sequence: -1, clock: -1 };

function hashOf(heads: EntityHeads, entityId: number): number[] {
  const start = heads.hashStart(entityId);
  return [...heads.hashes.subarray(start, start + 32)];
}

const anyMove = fc.record({
  // Beyond 64, 128 and 4 096 the arrays grow, by one step or by many.
  entityId: fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(63, 64, 127, 128, 500, 5_000)),
  clock: fc.nat(),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  hashAt: fc.nat({ max: 20 }),
});

describe('EntityHeads', () => {
  it('knows no event of an entity that has none', () => {
    const heads = new EntityHeads();
    for (const entityId of [0, 63, 64, 1_000_000]) {
      expect({ sequence: heads.sequence(entityId), clock: heads.clock(entityId) }).toEqual(unknown);
    }
  });

  it('answers as a Map of the last events does', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 40 }), (moves) => {
        const heads = new EntityHeads();
        const model = new Map<number, Head>();
        for (const [sequence, { entityId, clock, hash, hashAt }] of moves.entries()) {
          const bytes = new Uint8Array(hashAt + 40).fill(0xaa);
          bytes.set(hash, hashAt);
          heads.advance(entityId, sequence, clock, bytes, hashAt);
          bytes.fill(0);
          model.set(entityId, { sequence, clock, hash: [...hash] });
        }
        for (const entityId of [0, 1, 2, 3, 4, 63, 64, 127, 128, 500, 5_000, 9_000]) {
          const expected = model.get(entityId);
          expect(heads.sequence(entityId)).toBe(expected?.sequence ?? -1);
          expect(heads.clock(entityId)).toBe(expected?.clock ?? -1);
          if (expected !== undefined) expect(hashOf(heads, entityId)).toEqual(expected.hash);
        }
      }),
      propertyRuns(200),
    );
  });

  it('knows the first event, sequence 0 and clock 0, from none', () => {
    const heads = new EntityHeads();
    heads.advance(0, 0, 0, undefined, 0);
    expect([heads.sequence(0), heads.clock(0)]).toEqual([0, 0]);
  });

  it('gives the hash by itself, zeros for one that has no event', () => {
    const heads = new EntityHeads();
    heads.advance(3, 0, 0, new Uint8Array(40).fill(7), 4);
    expect([...heads.hashOf(3)]).toEqual(Array(32).fill(7));
    expect([...heads.hashOf(2)]).toEqual(Array(32).fill(0));
    expect([...heads.hashOf(5000)]).toEqual(Array(32).fill(0));
  });

  it('needs no hash in a store without a chain', () => {
    const heads = new EntityHeads();
    heads.advance(70, 5, 2, undefined, 0);
    expect([heads.sequence(70), heads.clock(70)]).toEqual([5, 2]);
    expect(hashOf(heads, 70)).toEqual(Array(32).fill(0));
  });
});
