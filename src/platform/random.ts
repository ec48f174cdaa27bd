import { randomFillSync } from 'node:crypto';
import { assert } from '../model/assert.ts';
import type { Random } from '../model/platform.ts';

const poolBytes = 4096;
const fromPoolMax = 256;

/**
 * Random bytes of the system. Small requests are served from a pool, because a call into the
 * system costs a microsecond and an event id needs ten bytes. No byte is handed out twice, and
 * what was handed out is wiped from the pool.
 */
export class SystemRandom implements Random {
  readonly #pool = new Uint8Array(poolBytes);
  #next = poolBytes;

  fill(bytes: Uint8Array, start: number, end: number): void {
    assertSpan(bytes, start, end);
    if (end - start > fromPoolMax) {
      randomFillSync(bytes, start, end - start);
      return;
    }
    if (this.#next + (end - start) > poolBytes) {
      randomFillSync(this.#pool);
      this.#next = 0;
    }
    const pool = this.#pool;
    let next = this.#next;
    for (let at = start; at < end; at += 1) {
      bytes[at] = pool[next] ?? 0;
      pool[next] = 0;
      next += 1;
    }
    this.#next = next;
  }
}

/**
 * Random bytes from a seed, for tests: the same seed gives the same bytes. The generator is sfc32
 * (128 bits of state, a period of 2^32 at the least, 2^127 on average).
 */
export class SeededRandom implements Random {
  /** The seed it was made with, for the message of a failing test. */
  readonly seed: number;
  #a: number;
  #b = 0x9e3779b9;
  #c = 0x243f6a88;
  #counter = 1;

  /** `seed`: an integer; only its low 32 bits count. */
  constructor(seed: number) {
    this.seed = seed;
    this.#a = seed | 0;
    // The first values of similar seeds resemble each other.
    for (let round = 0; round < 15; round += 1) this.nextUint32();
  }

  /** The next integer from 0 to 2^32 - 1. */
  nextUint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** The next number from 0 up to, not including, 1. */
  next(): number {
    return this.nextUint32() / 0x1_0000_0000;
  }

  /** The next integer from 0 up to, not including, `bound`, which is 1 to 2^32. */
  below(bound: number): number {
    assert(
      Number.isInteger(bound) && bound >= 1 && bound <= 0x1_0000_0000,
      'a bound is 1 to 2^32',
      {
        bound,
      },
    );
    return Math.floor(this.next() * bound);
  }

  fill(bytes: Uint8Array, start: number, end: number): void {
    assertSpan(bytes, start, end);
    let word = 0;
    for (let at = start; at < end; at += 1) {
      word = (at - start) % 4 === 0 ? this.nextUint32() : word >>> 8;
      bytes[at] = word & 0xff;
    }
  }
}

function assertSpan(bytes: Uint8Array, start: number, end: number): void {
  if (start >= 0 && start <= end && end <= bytes.length) return;
  assert(false, 'random bytes are asked for inside the buffer', {
    bufferBytes: bytes.length,
    start,
    end,
  });
}
