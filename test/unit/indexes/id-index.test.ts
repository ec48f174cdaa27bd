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
});
