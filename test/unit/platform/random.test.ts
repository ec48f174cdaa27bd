import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { SeededRandom, SystemRandom } from '../../../src/platform/random.ts';

describe('SystemRandom', () => {
  it('fills exactly the bytes it was asked for', () => {
    const random = new SystemRandom();
    for (const length of [1, 16, 255, 256, 257, 5000]) {
      let touched = new Uint8Array(length);
      for (let round = 0; round < 8; round += 1) {
        const bytes = new Uint8Array(length + 20);
        random.fill(bytes, 10, 10 + length);
        expect(bytes.subarray(0, 10).every((byte) => byte === 0)).toBe(true);
        expect(bytes.subarray(10 + length).every((byte) => byte === 0)).toBe(true);
        touched = touched.map((byte, index) => byte | (bytes[10 + index] ?? 0));
      }
      // A byte is zero eight times with a chance of 2^-64.
      expect(touched.every((byte) => byte !== 0)).toBe(true);
    }
  });

  it('hands nothing out twice, across refills of its pool', () => {
    const random = new SystemRandom();
    const seen = new Set<string>();
    const bytes = new Uint8Array(16);
    for (let round = 0; round < 5000; round += 1) {
      random.fill(bytes, 0, 16);
      seen.add(bytes.join());
    }
    expect(seen.size).toBe(5000);
  });

  it('gives all bytes about equally often', () => {
    const random = new SystemRandom();
    const counts = new Uint32Array(256);
    const bytes = new Uint8Array(100);
    for (let round = 0; round < 2560; round += 1) {
      random.fill(bytes, 0, 100);
      for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
    }
    // 1000 of each are expected, with a deviation of 32.
    expect(Math.min(...counts)).toBeGreaterThan(750);
    expect(Math.max(...counts)).toBeLessThan(1250);
  });

  it('asserts that it is asked inside the buffer', () => {
    const random = new SystemRandom();
    const bytes = new Uint8Array(4);
    for (const [start, end] of [
      [-1, 2],
      [0, 5],
      [3, 2],
    ] as const) {
      expect(() => random.fill(bytes, start, end)).toThrow(AssertionFailure);
    }
  });
});

describe('SeededRandom', () => {
  it('gives the same numbers for the same seed, on every system', () => {
    // Another result makes every recorded seed worthless.
    const random = new SeededRandom(7);
    const numbers = [random.nextUint32(), random.nextUint32(), random.nextUint32()];
    expect(numbers).toEqual([80_695_229, 407_226_324, 3_558_214_028]);
    const bytes = new Uint8Array(6);
    new SeededRandom(7).fill(bytes, 0, 6);
    expect([...bytes]).toEqual([189, 79, 207, 4, 212, 199]);
  });

  it('gives other bytes for another seed', () => {
    const firsts = new Set(
      Array.from({ length: 1000 }, (_, seed) => new SeededRandom(seed).next()),
    );
    expect(firsts.size).toBe(1000);
  });

  it('draws numbers evenly from 0 up to 1', () => {
    const random = new SeededRandom(1);
    const counts = new Array<number>(10).fill(0);
    for (let round = 0; round < 100_000; round += 1) {
      const index = Math.floor(random.next() * 10);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(9_500);
    expect(Math.max(...counts)).toBeLessThan(10_500);
  });

  it('draws every integer below a bound', () => {
    const random = new SeededRandom(3);
    const drawn = new Set(Array.from({ length: 200 }, () => random.below(5)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(random.below(1)).toBe(0);
    expect(() => random.below(0)).toThrow(AssertionFailure);
    expect(() => random.below(1.5)).toThrow(AssertionFailure);
  });

  it('fills part of a buffer', () => {
    const bytes = new Uint8Array(12);
    new SeededRandom(5).fill(bytes, 3, 10);
    expect([...bytes.subarray(0, 3), ...bytes.subarray(10)]).toEqual([0, 0, 0, 0, 0]);
    expect(new Set(bytes.subarray(3, 10)).size).toBeGreaterThan(3);
  });
});
