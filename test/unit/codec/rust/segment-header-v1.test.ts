import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeRustSegmentHeader } from '../../../../src/codec/rust/segment-header-v1.ts';
import { encodeSegmentHeader } from '../../../../src/codec/segment-header.ts';
import { headerOf } from '../../../support/forged-log.ts';

const segment = new URL('../../../fixtures/rust/closed-store/000003.fbat', import.meta.url);

describe('the header of a version-1 segment', () => {
  const bytes = Uint8Array.from(readFileSync(segment)).subarray(0, 100);

  it('tells its number, when it was made and where its frames begin', () => {
    const header = decodeRustSegmentHeader(bytes);
    expect(header).toEqual({ segmentId: 3, createdNs: 0x18e9c47556e66319n, bytes: 57 });
  });

  it('is none of another version, and none that is cut off or damaged', () => {
    const own = encodeSegmentHeader(headerOf());
    expect(decodeRustSegmentHeader(own)).toBeUndefined();
    for (let length = 0; length < 57; length += 1) {
      expect(decodeRustSegmentHeader(bytes.slice(0, length))).toBeUndefined();
    }
    for (const offset of [0, 4, 8, 12, 17]) {
      const damaged = bytes.slice();
      damaged[offset] = (damaged[offset] ?? 0) ^ 0x80;
      expect(decodeRustSegmentHeader(damaged)).toBeUndefined();
    }
  });
});
