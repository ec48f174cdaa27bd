import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/platform/random.ts';
import { checkCommands, randomCommands } from '../../../src/testing/check-commands.ts';
import { door } from '../../support/aggregates.ts';

describe('randomCommands', () => {
  it('draws each sample, and each length up to the longest', () => {
    const random = new SeededRandom(7);
    const drawn = Array.from({ length: 200 }, () => randomCommands(['a', 'b', 'c'], random, 3));
    expect(new Set(drawn.map(({ length }) => length))).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(drawn.flat())).toEqual(new Set(['a', 'b', 'c']));
  });

  it('is empty when there are no samples', () => {
    expect(randomCommands([], new SeededRandom(7), 5)).toEqual([]);
  });
});

describe('checkCommands', () => {
  it('takes no commands', () => {
    expect(() => checkCommands(door, [])).not.toThrow();
  });
});
