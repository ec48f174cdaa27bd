import { describe, expect, it } from 'vitest';
import { formatSegmentName, parseSegmentName } from '../../../src/log/segment-name.ts';

describe('the name of a segment', () => {
  it('is its number in six digits or more', () => {
    expect([1, 999_999, 1_000_000].map((id) => formatSegmentName(id))).toEqual([
      '000001.fbat',
      '999999.fbat',
      '1000000.fbat',
    ]);
  });

  it('has the revision of a rewritten one in between', () => {
    expect([0, 1, 12].map((revision) => formatSegmentName(2, revision))).toEqual([
      '000002.fbat',
      '000002.1.fbat',
      '000002.12.fbat',
    ]);
  });

  it('gives number and revision back', () => {
    for (const id of [0, 1, 42, 999_999, 1_000_000, 4_294_967_295]) {
      for (const revision of [0, 1, 10, 999_999_999]) {
        expect(parseSegmentName(formatSegmentName(id, revision))).toEqual({ id, revision });
      }
    }
  });

  it.each([
    '1.fbat',
    '0000001.fbat',
    '000001.FBAT',
    '000001.fbat.bak',
    '000001.1.fbat.new',
    '000001.0.fbat',
    '000001.01.fbat',
    '000001.1.1.fbat',
    '000001..fbat',
    '000001.-1.fbat',
    '-00001.fbat',
    '.fbat',
  ])('is not %s', (name) => {
    expect(parseSegmentName(name)).toBeUndefined();
  });
});
