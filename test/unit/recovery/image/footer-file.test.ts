import { describe, expect, it } from 'vitest';
import { FootedSegment } from '../../../support/footed-segment.ts';
import { ForgedLog } from '../../../support/forged-log.ts';

function footed(): FootedSegment {
  const segment = new FootedSegment(
    new ForgedLog().segment().event('a').event('b').segment().event('a'),
  );
  segment.write();
  return segment;
}

describe('readFooter', () => {
  it('finds a footer at the end of the file, and where it begins', () => {
    const segment = footed();
    expect(segment.read()).toMatchObject({
      at: segment.segment.validBytes,
      summary: { segmentId: 1, nextSequence: 2 },
    });
  });

  it('finds none in a file that ends with its frames, or in the middle of one', () => {
    const segment = footed();
    const { validBytes } = segment.segment;
    const whole = segment.handle.size();
    for (const size of [whole - 1, validBytes + 100, validBytes + 1, validBytes]) {
      segment.handle.truncate(size);
      expect(segment.read()).toBe('none');
    }
  });

  it('says why a footer is none of this segment', () => {
    const wrong = [
      { segmentId: 2 },
      { revision: 1 },
      { epoch: 7 },
      { validBytes: 5 },
      { firstSequence: 1 },
      { storeId: new Uint8Array(16) },
    ];
    for (const change of wrong) {
      const segment = footed();
      segment.forge(change);
      expect(segment.read()).toBe('of another segment');
    }
    const later = footed();
    later.forge({}, 2);
    expect(later.read()).toBe('another version');
  });

  it('says so when the summary is damaged', () => {
    const segment = footed();
    segment.handle.write(Uint8Array.of(0xee), 0, 1, segment.handle.size() - 45);
    expect(segment.read()).toBe('checksum mismatch');
  });
});
