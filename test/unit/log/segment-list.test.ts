import { describe, expect, it } from 'vitest';
import { type Segment, SegmentList } from '../../../src/log/segment-list.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { headerOf } from '../../support/forged-log.ts';

function segmentOf(id: number, firstSequence: number): Segment {
  const header = headerOf({ segmentId: id, firstSequence });
  return { id, revision: 0, path: `/log/${id}`, header, headerBytes: 100, validBytes: 100 };
}

function listOf(...firstSequences: readonly number[]): SegmentList {
  const list = new SegmentList();
  for (const [index, first] of firstSequences.entries()) list.add(segmentOf(index + 1, first));
  return list;
}

describe('SegmentList', () => {
  it('finds the segment of every sequence by its first one', () => {
    const starts = [0, 3, 4, 10, 11];
    const list = listOf(...starts);
    for (let sequence = 0; sequence < 20; sequence += 1) {
      const expected = starts.findLastIndex((first) => first <= sequence) + 1;
      expect(list.of(sequence).id, `event ${sequence}`).toBe(expected);
    }
  });

  it('takes the later of two segments that begin with the same sequence', () => {
    expect(listOf(0, 3, 3).of(3).id).toBe(3);
  });

  it('knows its last segment, and drops that one only', () => {
    const list = listOf(0, 3);
    const [first, last] = list.all;
    expect(list.last).toBe(last);
    expect(() => list.drop(first ?? segmentOf(9, 9))).toThrow(AssertionFailure);
    list.drop(last ?? segmentOf(9, 9));
    expect(list.all).toEqual([first]);
  });

  it('takes segments in the order of their numbers only', () => {
    const list = listOf(0, 3);
    expect(() => list.add(segmentOf(2, 5))).toThrow(AssertionFailure);
    list.add(segmentOf(7, 5));
    expect(list.last?.id).toBe(7);
  });

  it('holds no event while it is empty', () => {
    expect(new SegmentList().last).toBeUndefined();
    expect(() => new SegmentList().of(0)).toThrow(AssertionFailure);
  });
});
