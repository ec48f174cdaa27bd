import { describe, expect, it } from 'vitest';
import { encodeSegmentHeader } from '../../../../src/codec/segment-header.ts';
import { mendHeader } from '../../../../src/recovery/salvage/mend-header.ts';
import { headerOf } from '../../../support/forged-log.ts';

const header = headerOf({ previous: { segmentId: 3, validBytes: 900, nextSequence: 0 } });
const bytes = encodeSegmentHeader(header);
const file = Uint8Array.from([...bytes, ...new Uint8Array(50)]);

describe('mendHeader', () => {
  it('gives back what a header was before one of its bits changed, whichever it is', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const damaged = Uint8Array.from(file);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        const mended = mendHeader(damaged, 'a');
        expect(mended, `byte ${at} bit ${bit}`).toEqual({ header, bytes: bytes.length });
      }
    }
  });

  it('leaves the bytes as they are', () => {
    const damaged = Uint8Array.from(file);
    damaged[30] = (damaged[30] ?? 0) ^ 4;
    const before = Uint8Array.from(damaged);
    mendHeader(damaged, 'a');
    expect(damaged).toEqual(before);
  });

  it('gives nothing back when more has changed, or there was no header', () => {
    for (const [one, other] of [
      [0, 1],
      [8, 100],
      [20, 21],
      [60, bytes.length - 1],
    ] as const) {
      const damaged = Uint8Array.from(file);
      for (const at of [one, other]) damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(mendHeader(damaged, 'a'), `bytes ${one} and ${other}`).toBeUndefined();
    }
    expect(mendHeader(file.subarray(0, 40), 'a')).toBeUndefined();
    expect(mendHeader(new Uint8Array(0), 'a')).toBeUndefined();
    expect(mendHeader(new Uint8Array(600), 'a')).toBeUndefined();
  });
});
