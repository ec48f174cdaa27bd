import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoleTable } from '../../../src/indexes/hole-table.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { propertyRuns } from '../../support/property-runs.ts';

describe('HoleTable', () => {
  it('has none at first', () => {
    const holes = new HoleTable();
    expect([holes.total, holes.lostBefore(100), holes.has(0), holes.all]).toEqual([
      0,
      0,
      false,
      [],
    ]);
  });

  it('tells of every sequence whether it is a hole, and how many lie before it', () => {
    const gapAndHole = fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(fc.array(gapAndHole, { maxLength: 8 }), (spans) => {
        const holes = new HoleTable();
        const lost: boolean[] = [];
        for (const [between, count] of spans) {
          for (let index = 0; index < between; index += 1) lost.push(false);
          holes.add(lost.length, count);
          for (let index = 0; index < count; index += 1) lost.push(true);
        }
        for (let sequence = 0; sequence <= lost.length + 2; sequence += 1) {
          const before = lost.slice(0, sequence).filter((one) => one).length;
          expect(holes.lostBefore(sequence)).toBe(before);
          expect(holes.has(sequence)).toBe(lost[sequence] ?? false);
          const hole = holes.all.find(
            ({ from, count }) => from <= sequence && sequence < from + count,
          );
          expect(holes.startOf(sequence)).toBe(hole?.from ?? sequence);
          expect(holes.endOf(sequence)).toBe(hole ? hole.from + hole.count : sequence + 1);
        }
        expect(holes.total).toBe(lost.filter((one) => one).length);
      }),
      propertyRuns(100),
    );
  });

  it('takes holes in the order of their sequences only, and none without a sequence', () => {
    const holes = new HoleTable();
    holes.add(5, 2);
    expect(() => holes.add(6, 1)).toThrow(AssertionFailure);
    expect(() => holes.add(9, 0)).toThrow(AssertionFailure);
    holes.add(7, 1);
    expect(holes.all).toEqual([
      { from: 5, count: 2 },
      { from: 7, count: 1 },
    ]);
  });
});
