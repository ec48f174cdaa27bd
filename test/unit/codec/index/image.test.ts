import { describe, expect, it } from 'vitest';
import {
  decodeImageSummary,
  encodeImageSummary,
  type ImageSummary,
} from '../../../../src/codec/index/image.ts';
import { forgedSalt, forgedStoreId } from '../../../support/forged-log.ts';
import { goldenImageSummary } from '../../../support/golden-index.ts';

const summary = goldenImageSummary(forgedStoreId, forgedSalt);

describe('the summary of an index image', () => {
  it('is read as it was written', () => {
    expect(decodeImageSummary(encodeImageSummary(summary))).toEqual(summary);
  });

  it('tells what each footer means to it, and streams without an event', () => {
    const [segment] = summary.segments;
    if (segment === undefined) throw new Error('there is a segment');
    const uses = ['none', 'other numbers', 'same numbers'] as const;
    const other: ImageSummary = {
      ...summary,
      segments: uses.map((footer, index) => ({ ...segment, id: index + 1, footer, keys: index })),
      streams: [{ key: 'never\0' + '1', sequence: -1, clock: 0, hash: new Uint8Array(32) }],
      chunks: summary.chunks.map((chunk) => ({ ...chunk, segmentId: 3, at: 2 ** 33 })),
    };
    expect(decodeImageSummary(encodeImageSummary(other))).toEqual(other);
  });

  it('is none when it is cut off or goes on', () => {
    const bytes = encodeImageSummary(summary);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeImageSummary(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeImageSummary(Buffer.concat([bytes, Uint8Array.of(0)]))).toBeUndefined();
  });
});
