import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkFrame,
  checksum,
  checksumFrom,
  frameBodyBytesMax,
  frameChecksumMismatch,
  frameCutOff,
  frameHeaderBytes,
  frameImpossibleLength,
  frameProblem,
  sealFrame,
} from '../../../src/codec/frame.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const salt = 0x1234_5678;

/** A frame around the body at `start` of a buffer with some bytes behind it. */
function frameOf(body: Uint8Array, start = 0, behind = 0): Uint8Array {
  const end = start + frameHeaderBytes + body.length;
  const bytes = new Uint8Array(end + behind).fill(0xaa);
  bytes.set(body, start + frameHeaderBytes);
  sealFrame(bytes, start, end, salt);
  return bytes;
}

const anyBody = fc.uint8Array({ minLength: 1, maxLength: 64 });

describe('checksum', () => {
  it('is CRC-32: the published check value', () => {
    const digits = new TextEncoder().encode('123456789');
    expect(checksum(digits, 0, digits.length, 0)).toBe(0xcbf4_3926);
  });

  it('goes on from the checksum of what came before', () => {
    fc.assert(
      fc.property(anyBody, anyBody, (left, right) => {
        const both = Uint8Array.from([...left, ...right]);
        const first = checksum(left, 0, left.length, 0);
        expect(checksum(right, 0, right.length, first)).toBe(checksum(both, 0, both.length, 0));
      }),
      propertyRuns(200),
    );
  });
});

describe('the checksum of the end of a frame', () => {
  it('follows from that of the frame', () => {
    const parts = fc.record({
      body: fc.uint8Array({ minLength: 1, maxLength: 400 }),
      at: fc.nat({ max: 9 }),
      skipped: fc.nat({ max: 9 }),
      crc: fc.nat({ max: 0xffff_ffff }),
    });
    fc.assert(
      fc.property(parts, ({ body, at, skipped, crc }) => {
        const bytes = frameOf(body, at, 3);
        const from = at + frameHeaderBytes + Math.min(skipped, body.length);
        const expected = checksum(bytes, from, at + frameHeaderBytes + body.length, crc);
        expect(checksumFrom(bytes, at, from, salt, crc)).toBe(expected);
      }),
      propertyRuns(300),
    );
  });

  it('is made of its bytes when they are many', () => {
    const bytes = frameOf(new Uint8Array(100_000).fill(7));
    const from = frameHeaderBytes + 5;
    const expected = checksum(bytes, from, bytes.length, 9);
    expect(checksumFrom(bytes, 0, from, salt, 9)).toBe(expected);
  });
});

describe('a frame', () => {
  it('is its length, its checksum and its body, big-endian', () => {
    const body = new TextEncoder().encode('123456789');
    const bytes = new Uint8Array(frameHeaderBytes + body.length);
    bytes.set(body, frameHeaderBytes);
    sealFrame(bytes, 0, bytes.length, 0);
    expect(Buffer.from(bytes).toString('hex')).toBe('00000009cbf43926313233343536373839');
  });

  it('is found whole wherever it stands and whatever is behind it', () => {
    fc.assert(
      fc.property(anyBody, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (body, start, behind) => {
        const bytes = frameOf(body, start, behind);
        expect(checkFrame(bytes, start, bytes.length, salt, 1)).toBe(body.length);
      }),
      propertyRuns(300),
    );
  });

  it('shows every single bit that flips, also with other frames behind it', () => {
    fc.assert(
      fc.property(anyBody, anyBody, fc.nat({ max: 7 }), (body, after, bit) => {
        const bytes = Uint8Array.from([...frameOf(body), ...frameOf(after)]);
        for (let at = 0; at < frameHeaderBytes + body.length; at += 1) {
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
          expect(checkFrame(bytes, 0, bytes.length, salt, 1)).toBeLessThan(0);
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        }
        expect(checkFrame(bytes, 0, bytes.length, salt, 1)).toBe(body.length);
      }),
      propertyRuns(200),
    );
  });

  it('is cut off at every length but its own', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const bytes = frameOf(body);
        for (let end = 0; end < bytes.length; end += 1) {
          expect(checkFrame(bytes, 0, end, salt, 1)).toBe(frameCutOff);
        }
      }),
      propertyRuns(100),
    );
  });

  it('of another store is none of ours: its checksum starts elsewhere', () => {
    fc.assert(
      fc.property(anyBody, fc.integer({ min: 0, max: 0xffff_ffff }), (body, other) => {
        fc.pre(other !== salt);
        const bytes = frameOf(body);
        expect(checkFrame(bytes, 0, bytes.length, other, 1)).toBe(frameChecksumMismatch);
      }),
      propertyRuns(200),
    );
  });

  it('is not made of zeros, whose checksum would be right', () => {
    expect(checkFrame(new Uint8Array(64), 0, 64, 0, 54)).toBe(frameImpossibleLength);
  });

  it('has a body no shorter than its version allows and no longer than 256 MiB', () => {
    const bytes = frameOf(new Uint8Array(10));
    expect(checkFrame(bytes, 0, bytes.length, salt, 10)).toBe(10);
    expect(checkFrame(bytes, 0, bytes.length, salt, 11)).toBe(frameImpossibleLength);
    new DataView(bytes.buffer).setUint32(0, frameBodyBytesMax + 1);
    expect(checkFrame(bytes, 0, bytes.length, salt, 1)).toBe(frameImpossibleLength);
    new DataView(bytes.buffer).setUint32(0, frameBodyBytesMax);
    expect(checkFrame(bytes, 0, bytes.length, salt, 1)).toBe(frameCutOff);
  });
});

describe('frameProblem', () => {
  it('puts each problem into words', () => {
    const words = [frameCutOff, frameImpossibleLength, frameChecksumMismatch].map(frameProblem);
    expect(words).toEqual(['cut off', 'impossible length', 'checksum mismatch']);
  });
});
