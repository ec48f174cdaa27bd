import { describe, expect, it } from 'vitest';
import { ReadBuffer } from '../../../src/log/read-buffer.ts';

describe('ReadBuffer', () => {
  it('gives no byte to two, and many a part of one buffer', () => {
    const buffer = new ReadBuffer();
    const buffers = new Set<Uint8Array>();
    for (let round = 0; round < 100; round += 1) {
      const start = buffer.take(300);
      const part = buffer.bytes.subarray(start, start + 300);
      expect(part).toHaveLength(300);
      expect(part.every((byte) => byte === 0)).toBe(true);
      part.fill(1);
      buffers.add(buffer.bytes);
    }
    expect(buffers.size).toBe(4);
  });

  it('gives a buffer of its own to what is large', () => {
    const buffer = new ReadBuffer();
    buffer.take(8_000);
    expect(buffer.take(3_000)).toBe(0);
    expect(buffer.bytes).toHaveLength(3_000);
    expect(buffer.take(10)).toBe(0);
    expect(buffer.bytes).toHaveLength(8_192);
  });
});
