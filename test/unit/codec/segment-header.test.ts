import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { checksum } from '../../../src/codec/frame.ts';
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  type SegmentHeader,
  segmentHeaderBytesMax,
} from '../../../src/codec/segment-header.ts';
import { UnsupportedVersionError } from '../../../src/model/errors/corruption-errors.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const path = '/data/000002.fbat';

const header: SegmentHeader = {
  segmentId: 2,
  createdNs: 1_735_689_600_000_000_000n,
  storeId: Uint8Array.from({ length: 16 }, (_, index) => index),
  epoch: 1,
  hashChain: true,
  firstSequence: 10,
  previous: { segmentId: 1, validBytes: 4096, nextSequence: 10 },
};

const anyHeader: fc.Arbitrary<SegmentHeader> = fc.record({
  segmentId: fc.oneof(fc.nat(), fc.maxSafeNat()),
  createdNs: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  storeId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  epoch: fc.nat(),
  hashChain: fc.boolean(),
  firstSequence: fc.maxSafeNat(),
  previous: fc.option(
    fc.record({
      segmentId: fc.nat(),
      validBytes: fc.integer({ min: 0, max: 0xffff_ffff }),
      nextSequence: fc.maxSafeNat(),
    }),
    { nil: undefined },
  ),
  replaces: fc.option(
    fc.record({
      validBytes: fc.integer({ min: 0, max: 0xffff_ffff }),
      nextSequence: fc.maxSafeNat(),
    }),
    { nil: undefined },
  ),
});

const codec = new Packr({ useRecords: false });

/** A header made by hand from a map, its checksum right. */
function headerOf(map: Record<string, unknown>): Uint8Array {
  const packed = codec.pack({ ...map, crc: 0xffff_ffff });
  const bytes = new Uint8Array(8 + packed.length);
  bytes.set([0x46, 0x42, 0x41, 0x54]);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, packed.length);
  bytes.set(packed, 8);
  view.setUint32(bytes.length - 4, checksum(bytes, 0, bytes.length - 4, 0));
  return bytes;
}

const map = {
  version: 2,
  flags: 0,
  created_ns: 1n,
  segment_id: 1,
  store_id: new Uint8Array(16),
  epoch: 0,
  hash_chain: true,
  first_sequence: 0,
  previous: null as unknown,
};

describe('a segment header', () => {
  it('comes back, and says where the first frame begins', () => {
    fc.assert(
      fc.property(anyHeader, fc.uint8Array({ maxLength: 30 }), (original, frames) => {
        const bytes = encodeSegmentHeader(original);
        const file = Uint8Array.from([...bytes, ...frames]);
        expect(decodeSegmentHeader(file, path)).toEqual({ header: original, bytes: bytes.length });
        expect(bytes.length).toBeLessThan(segmentHeaderBytesMax);
      }),
      propertyRuns(150),
    );
  });

  it('shows every single bit that flips', () => {
    fc.assert(
      fc.property(anyHeader, fc.nat({ max: 7 }), (original, bit) => {
        const bytes = encodeSegmentHeader(original);
        const file = new Uint8Array(segmentHeaderBytesMax);
        for (let at = 0; at < bytes.length; at += 1) {
          file.set(bytes);
          file[at] = (file[at] ?? 0) ^ (1 << bit);
          expect(verdictOn(file)).not.toBe('whole');
        }
      }),
      propertyRuns(20),
    );
  });

  it('is cut off at every length but its own', () => {
    const bytes = encodeSegmentHeader(header);
    for (let end = 0; end < bytes.length; end += 1) {
      expect(decodeSegmentHeader(bytes.subarray(0, end), path)).toBe('cut off');
    }
  });

  it('has a damaged length when its last field is there all the same', () => {
    const bytes = encodeSegmentHeader(header);
    new DataView(bytes.buffer).setUint32(4, bytes.length - 8 + 1);
    expect(decodeSegmentHeader(bytes, path)).toBe('impossible length');
    expect(decodeSegmentHeader(bytes.subarray(0, -1), path)).toBe('cut off');
  });

  it('is of this library: other magic bytes are none', () => {
    const bytes = encodeSegmentHeader(header);
    bytes[3] = 0x55;
    expect(decodeSegmentHeader(bytes, path)).toBe('bad magic');
  });

  it('has 8 to 4 096 bytes of content', () => {
    for (const length of [0, 7, 4097, 0xffff_ffff]) {
      const bytes = new Uint8Array(segmentHeaderBytesMax);
      bytes.set(encodeSegmentHeader(header));
      new DataView(bytes.buffer).setUint32(4, length);
      expect(decodeSegmentHeader(bytes, path)).toBe('impossible length');
    }
  });

  it('names the version that this library does not read, and the one it does', () => {
    for (const version of [1, 3, 255]) {
      const call = (): unknown => decodeSegmentHeader(headerOf({ ...map, version }), path);
      expect(call).toThrow(UnsupportedVersionError);
      expect(call).toThrow(
        expect.objectContaining({
          code: 'BATPAK_UNSUPPORTED_VERSION',
          path,
          version,
          supported: [2],
        }),
      );
    }
  });

  it('is unreadable when a field is missing or is not what it should be', () => {
    expect(decodeSegmentHeader(headerOf(map), path)).toMatchObject({ header: { segmentId: 1 } });
    const wrong: Record<string, unknown>[] = [
      { segment_id: -1 },
      { segment_id: 0.5 },
      { created_ns: 1 },
      { store_id: new Uint8Array(15) },
      { store_id: 'sixteen letters!' },
      { epoch: null },
      { hash_chain: 1 },
      { first_sequence: undefined },
      { previous: 7 },
      { previous: [] },
      { previous: { segment_id: 1, valid_bytes: 2 } },
    ];
    for (const part of wrong) {
      expect(decodeSegmentHeader(headerOf({ ...map, ...part }), path)).toBe('unreadable');
    }
  });

  it('is unreadable when its content is no msgpack map', () => {
    const bytes = encodeSegmentHeader(header);
    bytes.fill(0xc1, 8);
    expect(decodeSegmentHeader(bytes, path)).toBe('unreadable');
    bytes.fill(0x01, 8);
    expect(decodeSegmentHeader(bytes, path)).toBe('unreadable');
  });

  it('keeps the id of the store in bytes of its own', () => {
    const bytes = encodeSegmentHeader(header);
    const decoded = decodeSegmentHeader(bytes, path);
    bytes.fill(0);
    expect(decoded).toMatchObject({ header: { storeId: header.storeId } });
  });
});

/** What becomes of a header: it is whole, or what is said of it. */
function verdictOn(file: Uint8Array): string {
  try {
    const decoded = decodeSegmentHeader(file, path);
    return typeof decoded === 'string' ? decoded : 'whole';
  } catch (error) {
    if (error instanceof UnsupportedVersionError) return error.code;
    throw error;
  }
}
