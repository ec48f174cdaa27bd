import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../../src/codec/index/byte-writer.ts';

describe('ByteWriter', () => {
  it('writes one behind the other, big-endian', () => {
    const writer = new ByteWriter()
      .u16(1)
      .u32(2)
      .u64(2 ** 40)
      .text('é')
      .bytes(Uint8Array.of(9));
    expect(Buffer.from(writer.done()).toString('hex')).toBe(
      '0001' + '00000002' + '0000010000000000' + '00000002c3a9' + '09',
    );
    expect(writer.length).toBe(21);
  });

  it('writes lists behind their counts', () => {
    const writer = new ByteWriter().numbers(Uint32Array.of(5, 6));
    writer.list(['a', 'b'], (text) => writer.text(text));
    expect(Buffer.from(writer.done()).toString('hex')).toBe(
      '00000002' + '00000005' + '00000006' + '00000002' + '0000000161' + '0000000162',
    );
  });

  it('grows as far as it must', () => {
    const writer = new ByteWriter();
    const part = new Uint8Array(3000).fill(3);
    for (let index = 0; index < 10; index += 1) writer.bytes(part);
    writer.bytes(new Uint8Array(100_000).fill(4));
    expect(writer.length).toBe(130_000);
    expect([writer.done()[29_999], writer.done()[30_000]]).toEqual([3, 4]);
  });
});
