import { describe, expect, it } from 'vitest';
import { counted, plainReport } from '../../../../src/aggregates/fold/fold-report.ts';

describe('a fold report', () => {
  it('counts, keeps the first sequence, and is not changed', () => {
    const one = counted(plainReport, 'foreign', 0);
    const two = counted(counted(one, 'foreign', 7), 'refused', 9);
    expect(plainReport.foreign).toEqual({ count: 0, firstSequence: undefined });
    expect(one.foreign).toEqual({ count: 1, firstSequence: 0 });
    expect(two).toEqual({
      foreign: { count: 2, firstSequence: 0 },
      refused: { count: 1, firstSequence: 9 },
      changed: { count: 0, firstSequence: undefined },
    });
    expect([plainReport, one, two, two.foreign].every(Object.isFrozen)).toBe(true);
  });
});
