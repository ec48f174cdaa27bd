import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdIndex } from '../../../src/indexes/id-index.ts';
import { SeededRandom } from '../../../src/platform/random.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const keyBytes = 16;

/** Keys in the order of their sequences, in one buffer. */
class Keys {
  readonly bytes: Uint8Array;

  constructor(count: number, seed: number) {
    this.bytes = new Uint8Array(count * keyBytes);
    new SeededRandom(seed).fill(this.bytes, 0, this.bytes.length);
  }

  text(sequence: number): string {
    const start = sequence * keyBytes;
    return Buffer.from(this.bytes.subarray(start, start + keyBytes)).toString('hex');
  }
}

const anyKey = fc.oneof(
  fc.uint8Array({ minLength: keyBytes, maxLength: keyBytes }),
  // Keys that differ in one place only, as ids of one millisecond do.
  fc.tuple(fc.nat({ max: keyBytes - 1 }), fc.nat({ max: 3 })).map(([at, value]) => {
    const key = new Uint8Array(keyBytes);
    key[at] = value;
    return key;
  }),
);

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

describe('IdIndex', () => {
  it('finds what a Map finds, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.array(anyKey, { maxLength: 300 }),
        fc.array(anyKey, { maxLength: 50 }),
        fc.nat({ max: 7 }),
        (seed, keys, others, start) => {
          const index = new IdIndex(seed);
          const model = new Map<string, number>();
          const stored: string[] = [];
          for (const key of keys) {
            if (model.has(hex(key))) continue;
            const bytes = new Uint8Array(start + keyBytes + 3).fill(0xaa);
            bytes.set(key, start);
            index.insert(bytes, start, stored.length);
            model.set(hex(key), stored.length);
            stored.push(hex(key));
          }
          for (const key of [...keys, ...others]) {
            const found = index.find(key, 0, (sequence) => stored[sequence] === hex(key));
            expect(found).toBe(model.get(hex(key)) ?? -1);
          }
        },
      ),
      propertyRuns(200),
    );
  });

  it('grows to many keys, and confirms where hashes collide', () => {
    const count = 200_000;
    const keys = new Keys(count, 1);
    const index = new IdIndex(0x1234_5678);
    for (let sequence = 0; sequence < count; sequence += 1) {
      index.insert(keys.bytes, sequence * keyBytes, sequence);
    }
    let collisions = 0;
    let wrong = 0;
    for (let sequence = 0; sequence < count; sequence += 1) {
      const found = index.find(keys.bytes, sequence * keyBytes, (candidate) => {
        if (candidate !== sequence) collisions += 1;
        return candidate === sequence;
      });
      if (found !== sequence) wrong += 1;
    }
    expect(wrong).toBe(0);
    // Among 200 000 hashes of 32 bits about 5 pairs are equal; with this seed at least one is.
    expect(collisions).toBeGreaterThan(0);
    expect(collisions).toBeLessThan(50);
  });

  it('tells keys apart by whichever byte they differ in, without asking', () => {
    for (let at = 0; at < keyBytes; at += 1) {
      const index = new IdIndex(0x5eed);
      const key = new Uint8Array(keyBytes);
      for (let value = 0; value <= 0xff; value += 1) {
        key[at] = value;
        index.insert(key, 0, value);
      }
      const asked: number[] = [];
      key[at] = 7;
      index.find(key, 0, (sequence) => {
        asked.push(sequence);
        return false;
      });
      expect(asked).toEqual([7]);
    }
  });

  it('asks on until one is confirmed, and gives up when none is', () => {
    const index = new IdIndex(7);
    const key = new Uint8Array(keyBytes).fill(3);
    for (const sequence of [10, 20, 30]) index.insert(key, 0, sequence);
    expect(index.find(key, 0, (sequence) => sequence === 30)).toBe(30);
    const asked: number[] = [];
    const answer = index.find(key, 0, (sequence) => {
      asked.push(sequence);
      return false;
    });
    expect(answer).toBe(-1);
    expect(asked).toEqual([10, 20, 30]);
  });

  it('is empty at first, and tells sequence 0 from none', () => {
    const index = new IdIndex(0);
    const key = new Uint8Array(keyBytes);
    expect(index.find(key, 0, () => true)).toBe(-1);
    index.insert(key, 0, 0);
    expect(index.find(key, 0, () => true)).toBe(0);
  });

  it('holds the largest sequence there can be', () => {
    const index = new IdIndex(0);
    const key = new Uint8Array(keyBytes).fill(9);
    index.insert(key, 0, 2 ** 32 - 2);
    expect(index.find(key, 0, () => true)).toBe(2 ** 32 - 2);
  });

  it('answers the same whether pairs are inserted at once or one by one', () => {
    const pair = fc.tuple(fc.constantFrom(0, 1, 255), fc.nat(40), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 300 }), fc.nat(300), (given, split) => {
        const pairs = Uint32Array.from(
          given.flatMap(([shard, hash, sequence]) => [((shard << 24) | hash) >>> 0, sequence]),
        );
        const alone = new IdIndex(7);
        for (let at = 0; at < pairs.length; at += 2) {
          alone.insertHash(pairs[at] ?? 0, pairs[at + 1] ?? 0);
        }
        const together = new IdIndex(7);
        together.insertAll(pairs.subarray(0, 2 * split));
        together.insertAll(pairs.subarray(2 * split));
        for (let at = 0; at < pairs.length; at += 2) {
          // Each throws unless the pair is where its search finds it.
          for (const index of [alone, together]) index.remove(pairs[at] ?? 0, pairs[at + 1] ?? 0);
        }
        for (const index of [alone, together]) {
          expect(() => index.remove(pairs[0] ?? 0, pairs[1] ?? 0)).toThrow();
        }
      }),
      propertyRuns(100),
    );
  });

  it('forgets what is removed, and goes on finding the rest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.array(fc.tuple(fc.nat({ max: 20 }), fc.boolean()), { maxLength: 200 }),
        (seed, steps) => {
          const index = new IdIndex(seed);
          const model = new Map<number, number>();
          // Hashes of one shard that begin their search at few slots, so that searches overlap.
          const hashOf = (key: number): number => ((key % 3) * 7 + 13) | (key << 8);
          for (const [sequence, [key, remove]] of steps.entries()) {
            const known = model.get(key);
            if (remove && known !== undefined) {
              index.remove(hashOf(key), known);
              model.delete(key);
            } else if (!remove && known === undefined) {
              index.insertHash(hashOf(key), sequence);
              model.set(key, sequence);
            }
          }
          for (const [key, sequence] of model) {
            expect(() => index.remove(hashOf(key), sequence)).not.toThrow();
          }
        },
      ),
      propertyRuns(200),
    );
  });

  it('removes one of several sequences of a key', () => {
    const index = new IdIndex(7);
    const key = new Uint8Array(keyBytes).fill(3);
    for (const sequence of [10, 20, 30]) index.insert(key, 0, sequence);
    index.remove(index.hash(key, 0), 20);
    const asked: number[] = [];
    index.find(key, 0, (sequence) => {
      asked.push(sequence);
      return false;
    });
    expect(asked).toEqual([10, 30]);
  });

  it('has nothing to remove but what is there', () => {
    const index = new IdIndex(7);
    index.insertHash(5, 1);
    expect(() => index.remove(5, 2)).toThrow('a key that is forgotten was there');
  });
});
