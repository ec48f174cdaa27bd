import { describe, expect, it } from 'vitest';
import { formatSegmentName, parseSegmentName } from '../../../src/log/segment-name.ts';

describe('the name of a segment', () => {
  it('is its number in six digits or more', () => {
    expect([1, 999_999, 1_000_000].map(formatSegmentName)).toEqual([
      '000001.fbat',
      '999999.fbat',
      '1000000.fbat',
    ]);
  });

  it('gives the number back', () => {
    for (const segmentId of [0, 1, 42, 999_999, 1_000_000, 4_294_967_295]) {
      expect(parseSegmentName(formatSegmentName(segmentId))).toBe(segmentId);
    }
  });

  it.each(['1.fbat', '0000001.fbat', '000001.FBAT', '000001.fbat.bak', '-00001.fbat', '.fbat'])(
    'is not %s',
    (name) => {
      expect(parseSegmentName(name)).toBeUndefined();
    },
  );
});
