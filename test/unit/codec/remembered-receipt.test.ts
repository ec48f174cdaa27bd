import { describe, expect, it } from 'vitest';
import {
  decodeRememberedReceipt,
  encodeRememberedReceipt,
  type RememberedReceipt,
  rememberedReceiptEnd,
  rememberedSequence,
} from '../../../src/codec/remembered-receipt.ts';

const receipt: RememberedReceipt = {
  sequence: 2 ** 33 + 5,
  clock: 0xffff_ffff,
  lane: 3,
  kind: 0x1abc,
  entity: 'player:zoë',
  keyDigest: new Uint8Array(16).fill(1),
  eventId: new Uint8Array(16).fill(2),
  payloadDigest: new Uint8Array(32).fill(3),
  segmentId: 7,
  offset: 0xffff_fff0,
  length: 200,
  hash: new Uint8Array(32).fill(4),
};

/** The receipts one behind the other, after some bytes that are none of them. */
function inPlace(...receipts: RememberedReceipt[]): Uint8Array {
  return Uint8Array.from([9, 9, ...receipts.flatMap((each) => [...encodeRememberedReceipt(each)])]);
}

describe('a remembered receipt', () => {
  it.each([
    ['with a hash', receipt],
    ['without a hash', { ...receipt, hash: undefined }],
    ['of the longest entity', { ...receipt, entity: 'x'.repeat(1024) }],
  ])('%s is read as it was written', (_, given) => {
    const bytes = inPlace(given, receipt);
    expect(rememberedSequence(bytes, 2)).toBe(given.sequence);
    expect(decodeRememberedReceipt(bytes, 2)).toEqual(given);
    const next = rememberedReceiptEnd(bytes, 2, bytes.length);
    expect(decodeRememberedReceipt(bytes, next)).toEqual(receipt);
    expect(rememberedReceiptEnd(bytes, next, bytes.length)).toBe(bytes.length);
  });

  it('takes the bytes that are written down', () => {
    const bytes = Buffer.from(encodeRememberedReceipt({ ...receipt, entity: 'e' }));
    expect(bytes.toString('hex')).toBe(
      [
        '0000000200000005',
        'ffffffff',
        '00000003',
        '1abc',
        '01'.repeat(16),
        '02'.repeat(16),
        '03'.repeat(32),
        '00000007',
        'fffffff0',
        '000000c8',
        '01',
        '04'.repeat(32),
        '000165',
      ].join(''),
    );
  });

  it('has no end when it is cut off anywhere', () => {
    for (const given of [receipt, { ...receipt, hash: undefined }]) {
      const bytes = inPlace(given);
      for (let end = 2; end < bytes.length; end += 1) {
        expect(rememberedReceiptEnd(bytes, 2, end), `cut at ${end}`).toBe(-1);
      }
    }
  });
});
