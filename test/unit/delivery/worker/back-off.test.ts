import { describe, expect, it } from 'vitest';
import { backOffMs } from '../../../../src/delivery/worker/back-off.ts';
import { SeededRandom } from '../../../../src/platform/random.ts';

describe('the time to wait after failures', () => {
  it('doubles with each, up to its bound, and is between one half and all of that', () => {
    const random = new SeededRandom(1);
    const waits = new Set<number>();
    for (const [failures, whole] of [
      [1, 100],
      [2, 200],
      [5, 1600],
      [6, 3000],
      [1000, 3000],
    ] as const) {
      for (let each = 0; each < 50; each += 1) {
        const ms = backOffMs(failures, { minMs: 100, maxMs: 3000 }, random);
        expect(ms).toBeGreaterThanOrEqual(whole / 2);
        expect(ms).toBeLessThanOrEqual(whole);
        waits.add(ms);
      }
    }
    expect(waits.size).toBeGreaterThan(100);
  });
});
