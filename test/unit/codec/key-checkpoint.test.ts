import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeKeyCheckpoint,
  encodeKeyCheckpoint,
  type KeyCheckpoint,
} from '../../../src/codec/key-checkpoint.ts';
import { encodeRememberedReceipt } from '../../../src/codec/remembered-receipt.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const storeId = Uint8Array.from(Buffer.from('0190b0c47f6a7cc398c4dc0c0c07398f', 'hex'));

function receiptBytes(sequence: number): Uint8Array {
  return encodeRememberedReceipt({
    sequence,
    clock: 1,
    lane: 0,
    kind: 0x1abc,
    entity: 'e',
    keyDigest: new Uint8Array(16).fill(1),
    eventId: new Uint8Array(16).fill(2),
    payloadDigest: new Uint8Array(32).fill(3),
    segmentId: 1,
    offset: 100,
    length: 200,
    hash: undefined,
  });
}

function checkpointOf(more: Partial<KeyCheckpoint> = {}): KeyCheckpoint {
  return {
    storeId,
    epoch: 2,
    watermark: 2 ** 32,
    lastTimestampUs: 1_735_689_600_000_000,
    seed: 0xfedc_ba98,
    entries: Uint32Array.of(0xffff_ffff, 10, 0, 11, 5, 0xffff_fffe),
    receipts: Uint8Array.from([...receiptBytes(10), ...receiptBytes(12)]),
    receiptCount: 2,
    ...more,
  };
}

/** The bytes with the checksum made right again. */
function resealed(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 4;
  const salt = crc32(bytes.subarray(8, 24));
  new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(0, end), salt));
  return bytes;
}

describe('a checkpoint of keys', () => {
  it('is read as it was written', () => {
    const empty = { entries: new Uint32Array(0), receipts: new Uint8Array(0), receiptCount: 0 };
    for (const checkpoint of [checkpointOf(), checkpointOf({ ...empty, watermark: 0 })]) {
      expect(decodeKeyCheckpoint(encodeKeyCheckpoint(checkpoint), storeId)).toEqual(checkpoint);
    }
  });

  it('takes the bytes that are written down', () => {
    const entries = Uint32Array.of(0xa1a2_a3a4, 10, 0xb1b2_b3b4, 12);
    const receipts = receiptBytes(10);
    const bytes = encodeKeyCheckpoint(checkpointOf({ entries, receipts, receiptCount: 1 }));
    const hex = Buffer.from(bytes).toString('hex');
    const parts = [
      '4642494b',
      '00000001',
      '0190b0c47f6a7cc398c4dc0c0c07398f',
      '0000000000000002',
      '0000000100000000',
      '00062a99ba0c6000',
      'fedcba98',
      '00000002',
      '000000000000000a',
      '00000001',
      '0000000000000062',
      'a1a2a3a400000000',
      'b1b2b3b400000002',
      Buffer.from(receipts).toString('hex'),
    ];
    expect(hex.slice(0, -8)).toBe(parts.join(''));
    const crc = crc32(bytes.subarray(0, -4), crc32(storeId));
    expect(hex.slice(-8)).toBe(crc.toString(16).padStart(8, '0'));
  });

  it('is refused when any byte of it is another', () => {
    const bytes = encodeKeyCheckpoint(checkpointOf());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), (mask) => {
        for (let at = 0; at < bytes.length; at += 1) {
          const damaged = bytes.slice();
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          expect(decodeKeyCheckpoint(damaged, storeId), `byte ${at}`).toBeTypeOf('string');
        }
      }),
      propertyRuns(5),
    );
  });

  it('is refused when it was cut off or grew', () => {
    const bytes = encodeKeyCheckpoint(checkpointOf());
    for (let end = 0; end < bytes.length; end += 1) {
      expect(decodeKeyCheckpoint(bytes.subarray(0, end), storeId), `cut at ${end}`).toBe('cut off');
    }
    const longer = Uint8Array.from([...bytes, 0]);
    expect(decodeKeyCheckpoint(longer, storeId)).toBe('impossible length');
  });

  it('tells another store, another format and a later version', () => {
    const bytes = encodeKeyCheckpoint(checkpointOf());
    expect(decodeKeyCheckpoint(bytes, new Uint8Array(16))).toBe('another store');
    const later = bytes.slice();
    later[7] = 2;
    expect(decodeKeyCheckpoint(resealed(later), storeId)).toBe('unknown version');
    const foreign = bytes.slice();
    foreign[0] = 0;
    expect(decodeKeyCheckpoint(resealed(foreign), storeId)).toBe('bad magic');
  });

  it.each([
    ['keys that do not rise', { entries: Uint32Array.of(1, 10, 2, 10) }],
    ['a key at the watermark', { entries: Uint32Array.of(1, 10), watermark: 10 }],
    ['receipts that do not rise', { receipts: receiptBytes(10), receiptCount: 2 }],
    [
      'receipts in another order',
      { receipts: Uint8Array.from([...receiptBytes(12), ...receiptBytes(10)]) },
    ],
    ['half a receipt', { receipts: receiptBytes(10).slice(0, -1), receiptCount: 1 }],
    [
      'a receipt at the watermark',
      { entries: new Uint32Array(0), receipts: receiptBytes(10), receiptCount: 1, watermark: 10 },
    ],
  ])('is refused with %s, whole as it is', (_, more) => {
    const bytes = encodeKeyCheckpoint(checkpointOf(more));
    expect(decodeKeyCheckpoint(bytes, storeId)).toBe('impossible content');
  });

  it('is refused when a sequence is beyond what an index holds', () => {
    const bytes = encodeKeyCheckpoint(checkpointOf({ watermark: 2 ** 40 }));
    new DataView(bytes.buffer).setUint32(56, 1);
    expect(decodeKeyCheckpoint(resealed(bytes), storeId)).toBe('impossible content');
  });
});
