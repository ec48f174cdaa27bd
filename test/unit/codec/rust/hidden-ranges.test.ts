import { describe, expect, it } from 'vitest';
import { HiddenRanges } from '../../../../src/codec/rust/hidden-ranges.ts';
import { hiddenRanges } from '../../../support/rust-log.ts';

function decoded(bytes: Uint8Array): HiddenRanges {
  const ranges = HiddenRanges.decode(bytes);
  if (!(ranges instanceof HiddenRanges)) throw new Error(`expected ranges, got ${ranges}`);
  return ranges;
}

describe('hidden ranges', () => {
  it('hide from their start up to, not including, their end', () => {
    const ranges = decoded(
      hiddenRanges([
        [2, 4],
        [7, 8],
      ]),
    );
    const hidden = Array.from({ length: 10 }, (_, at) => at).filter((at) => ranges.hides(at, 0));
    expect(hidden).toEqual([2, 3, 7]);
    expect(HiddenRanges.none.hides(0, 0)).toBe(false);
  });

  it('may hide in one lane alone', () => {
    const ranges = decoded(hiddenRanges([[2, 4, 1]], 2));
    expect([ranges.hides(2, 0), ranges.hides(2, 1), ranges.hides(4, 1)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('tell a version that is not known', () => {
    expect(HiddenRanges.decode(hiddenRanges([[1, 2]], 3))).toBe(3);
  });

  it('are none when the bytes are damaged anywhere', () => {
    const bytes = hiddenRanges([[1, 2]]);
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x40;
      expect(HiddenRanges.decode(damaged)).not.toBeInstanceOf(HiddenRanges);
    }
    for (let length = 0; length < bytes.length; length += 1) {
      expect(typeof HiddenRanges.decode(bytes.slice(0, length))).toBe('string');
    }
  });

  it('are none when what they hold is no range, though the checksum holds', () => {
    expect(HiddenRanges.decode(hiddenRanges([[2, 2]]))).toBe('no ranges');
    expect(HiddenRanges.decode(hiddenRanges([[2, 1, 4]], 2))).toBe('no ranges');
  });
});
