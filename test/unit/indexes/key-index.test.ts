import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyIndex, type KeyRetention } from '../../../src/indexes/key-index.ts';
import { propertyRuns } from '../../support/property-runs.ts';

function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(16);
  new DataView(key.buffer).setUint32(5, number);
  return key;
}

/** A store's keys, beside a list of all that were ever used. */
class Modelled {
  readonly index: KeyIndex;
  readonly keys: (number | undefined)[] = [];
  readonly #retention: KeyRetention;

  constructor(retention: KeyRetention, seed = 7) {
    this.#retention = retention;
    this.index = new KeyIndex(seed, retention);
  }

  /** The next event of the store, with a key or without. */
  push(key: number | undefined): void {
    const sequence = this.keys.length;
    this.keys.push(key);
    this.index.advance(sequence);
    if (key !== undefined) this.index.insert(keyOf(key), 0, sequence);
  }

  find(key: number, index = this.index): number {
    return index.find(keyOf(key), 0, (sequence) => this.keys[sequence] === key);
  }

  /** Sequences of the keys that are kept, by the rule as it is written down. */
  kept(): Map<number, number> {
    const { keepSequences, maxKeys } = this.#retention;
    const newest = this.keys.length - 1;
    const used = this.keys
      .map((key, sequence) => ({ key, sequence }))
      .filter(({ key }) => key !== undefined)
      .slice(-maxKeys)
      .filter(({ sequence }) => newest - sequence <= keepSequences);
    return new Map(used.map(({ key, sequence }) => [key ?? -1, sequence]));
  }
}

const anyRetention = fc.record({
  keepSequences: fc.integer({ min: 1, max: 40 }),
  maxKeys: fc.integer({ min: 1, max: 30 }),
});
const anyEvents = fc.array(fc.option(fc.nat({ max: 12 }), { nil: undefined }), { maxLength: 150 });

describe('KeyIndex', () => {
  it('finds what a Map with the same retention finds, after every event', () => {
    fc.assert(
      fc.property(anyRetention, anyEvents, (retention, events) => {
        const modelled = new Modelled(retention);
        for (const key of events) {
          modelled.push(key);
          const kept = modelled.kept();
          for (let each = 0; each <= 12; each += 1) {
            expect(modelled.find(each)).toBe(kept.get(each) ?? -1);
          }
        }
      }),
      propertyRuns(150),
    );
  });

  it('answers the same when its entries were restored, with or without what came behind', () => {
    fc.assert(
      fc.property(anyRetention, anyEvents, fc.nat(150), fc.nat(150), (retention, events, a, b) => {
        const whole = new Modelled(retention);
        const until = Math.min(a, events.length);
        const from = Math.min(b, until);
        for (const key of events.slice(0, until)) whole.push(key);
        const entries = whole.index.entries();
        for (const key of events.slice(until)) whole.push(key);

        // What a scan from `from` on finds, joined with entries up to `until`.
        const joined = new KeyIndex(7, retention);
        for (let sequence = from; sequence < events.length; sequence += 1) {
          joined.advance(sequence);
          const key = events[sequence];
          if (key !== undefined) joined.insert(keyOf(key), 0, sequence);
        }
        if (events.length > 0) joined.advance(events.length - 1);
        joined.restore(entries);
        for (let key = 0; key <= 12; key += 1) {
          expect(whole.find(key, joined)).toBe(whole.find(key));
        }
        expect([...joined.entries()]).toEqual([...whole.index.entries()]);
      }),
      propertyRuns(150),
    );
  });

  it('gives its entries oldest first, as hash and sequence', () => {
    const modelled = new Modelled({ keepSequences: 3, maxKeys: 10 });
    for (const key of [1, 2, undefined, 3, undefined, 4]) modelled.push(key);
    const entries = modelled.index.entries();
    expect([...entries].filter((_, at) => at % 2 === 1)).toEqual([3, 5]);
    const sequencesIn = (from: number, to?: number): number[] =>
      [...modelled.index.entries(from, to)].filter((_, at) => at % 2 === 1);
    expect([sequencesIn(4), sequencesIn(0, 5), sequencesIn(3, 6)]).toEqual([[5], [3], [3, 5]]);
    expect([sequencesIn(6), sequencesIn(4, 2)]).toEqual([[], []]);
    const again = new KeyIndex(7);
    again.insert(keyOf(3), 0, 3);
    expect([...entries.subarray(0, 2)]).toEqual([...again.entries()]);
  });

  it('counts a sequence that is known on both sides once', () => {
    const modelled = new Modelled({ keepSequences: 100, maxKeys: 3 });
    for (const key of [1, 2, 3]) modelled.push(key);
    modelled.index.restore(modelled.index.entries());
    expect(modelled.index.count).toBe(3);
    expect([1, 2, 3].map((key) => modelled.find(key))).toEqual([0, 1, 2]);
  });

  it('tells once that keys were forgotten for want of room, and never of age', () => {
    let told = 0;
    const overflowed = (): void => {
      told += 1;
    };
    const aged = new Modelled({ keepSequences: 2, maxKeys: 3, overflowed });
    for (let key = 0; key < 50; key += 1) aged.push(key);
    expect(told).toBe(0);
    const crowded = new Modelled({ keepSequences: 3, maxKeys: 3, overflowed });
    for (let key = 0; key < 50; key += 1) crowded.push(key);
    expect(told).toBe(1);
  });

  it('forgets little by little what fell out of the window all at once', () => {
    const { index } = new Modelled({ keepSequences: 10_000, maxKeys: 1_000_000 });
    for (let sequence = 0; sequence < 10_000; sequence += 1) {
      index.insert(keyOf(sequence), 0, sequence);
    }
    index.advance(1_000_000);
    expect(index.find(keyOf(9999), 0, () => true)).toBe(-1);
    expect(index.entries()).toHaveLength(0);
    index.insert(keyOf(0), 0, 1_000_001);
    expect(index.count).toBe(10_000 + 1 - 8);
    for (let more = 2; index.count > more; more += 1) {
      index.insert(keyOf(more), 0, 1_000_000 + more);
    }
    expect(index.find(keyOf(0), 0, () => true)).toBe(1_000_001);
  });

  it('holds no more than is kept, however many keys pass through', () => {
    const modelled = new Modelled({ keepSequences: 0xffff_ffff, maxKeys: 5000 });
    for (let key = 0; key < 60_000; key += 1) modelled.push(key);
    expect(modelled.index.count).toBe(5000);
    expect([54_999, 55_000, 59_999].map((key) => modelled.find(key))).toEqual([-1, 55_000, 59_999]);
  });

  it('refuses a key that comes out of order', () => {
    const index = new KeyIndex(1);
    index.insert(keyOf(1), 0, 5);
    expect(() => index.insert(keyOf(2), 0, 5)).toThrow('keys enter in the order');
  });

  it('is empty at first', () => {
    const index = new KeyIndex(1);
    expect([index.count, index.windowStart, index.entries().length]).toEqual([0, 0, 0]);
    expect(index.find(keyOf(1), 0, () => true)).toBe(-1);
  });
});
