import { describe, expect, it } from 'vitest';
import { decodeFooterSummary } from '../../../../src/codec/index/footer.ts';
import { forgedSalt, forgedStoreId } from '../../../support/forged-log.ts';
import { encodeFooterSummary, goldenFooterSummary } from '../../../support/golden-index.ts';

const summary = goldenFooterSummary(forgedStoreId, forgedSalt);

describe('the summary of a footer', () => {
  it('is read as it was written', () => {
    expect(decodeFooterSummary(encodeFooterSummary(summary))).toEqual(summary);
    const other = {
      ...summary,
      hashChain: false,
      streams: summary.streams.map((stream) => ({ ...stream, hash: new Uint8Array(0) })),
      holes: [{ from: 5, count: 2 }],
      ids: Uint32Array.of(9, 0),
    };
    expect(decodeFooterSummary(encodeFooterSummary(other))).toEqual(other);
  });

  it('is none when it is cut off or goes on', () => {
    const bytes = encodeFooterSummary(summary);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeFooterSummary(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeFooterSummary(Buffer.concat([bytes, Uint8Array.of(0)]))).toBeUndefined();
  });
});
