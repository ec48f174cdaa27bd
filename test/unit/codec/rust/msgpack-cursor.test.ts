import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { MsgpackCursor } from '../../../../src/codec/rust/msgpack-cursor.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

const packr = new Packr({ useRecords: false });

function over(bytes: Uint8Array): MsgpackCursor {
  return new MsgpackCursor(bytes, 0, bytes.length);
}

function packed(value: unknown): MsgpackCursor {
  return over(packr.pack(value));
}

function hex(text: string): MsgpackCursor {
  return over(Uint8Array.from(Buffer.from(text, 'hex')));
}

describe('MsgpackCursor', () => {
  it('reads maps, texts and numbers of every width', () => {
    for (const value of [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32, 2 ** 53 - 1]) {
      const cursor = packed(
        typeof value === 'number' && value > 2 ** 32 - 1 ? BigInt(value) : value,
      );
      expect(cursor.count(Number.MAX_SAFE_INTEGER)).toBe(value);
      expect([cursor.ok, cursor.atEnd]).toEqual([true, true]);
    }
    for (const text of ['', 'a', 'größe ✓', 'x'.repeat(40), 'y'.repeat(300), 'z'.repeat(70_000)]) {
      expect(packed(text).text()).toBe(text);
    }
    expect([hex('82').map(), hex('de0003').map(), hex('df00000004').map()]).toEqual([2, 3, 4]);
    expect([hex('c0').nil(), hex('82').nil()]).toEqual([true, false]);
  });

  it('reads bytes, and arrays of integers that stand for them', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => at & 0xff);
    for (const value of [bytes.slice(0, 3), bytes, new Uint8Array(70_000).fill(200)]) {
      expect(packed(Buffer.from(value)).binary()).toEqual(value);
      expect(packed([...value]).binary()).toEqual(value);
    }
  });

  it('passes over any value, and stands right behind it', () => {
    const values = [null, true, -5, 1.5, 'text', 2n ** 63n, [1, [2, { a: 3 }]], { b: { c: [] } }];
    for (const value of [...values, Buffer.from('bytes'), new Date(5), 'x'.repeat(70_000)]) {
      const cursor = over(Buffer.concat([packr.pack(value), packr.pack(7)]));
      cursor.skip();
      expect(cursor.count(10)).toBe(7);
      expect([cursor.ok, cursor.atEnd]).toEqual([true, true]);
    }
    for (const text of [
      'd40001',
      'd5000102',
      'd600ffffffff',
      'c70200aabb',
      'c8000100aa',
      'c90000000100aa',
    ]) {
      const cursor = hex(text);
      cursor.skip();
      expect({ text, ok: cursor.ok, atEnd: cursor.atEnd }).toEqual({ text, ok: true, atEnd: true });
    }
  });

  it('is no longer ok where something else stands', () => {
    const wrong: readonly ((cursor: MsgpackCursor) => unknown)[] = [
      (cursor) => cursor.map(),
      (cursor) => cursor.text(),
      (cursor) => cursor.binary(),
    ];
    for (const read of wrong) {
      const cursor = hex('05');
      read(cursor);
      expect(cursor.ok).toBe(false);
    }
    for (const text of ['a161', 'ff', 'd0ff', 'd3ffffffffffffffff', 'cfffffffffffffffff', '0b']) {
      const cursor = hex(text);
      cursor.count(10);
      expect({ text, ok: cursor.ok }).toEqual({ text, ok: false });
    }
    for (const text of ['93010203ff', '92cd0100', '91ff', 'dd7fffffff', 'c6ffffffff']) {
      const cursor = hex(text);
      cursor.binary();
      const ended = cursor.ok && cursor.atEnd;
      expect({ text, ended }).toEqual({ text, ended: false });
    }
    const noText = hex('a2fffe');
    expect([noText.text(), noText.ok]).toEqual(['', false]);
    const reserved = hex('c1');
    reserved.skip();
    expect(reserved.ok).toBe(false);
  });

  it('is no longer ok where the bytes end too early, wherever that is', () => {
    const bytes = packr.pack({ a: 'text', b: [1, 200, 3], c: Buffer.from('xyz'), d: 70_000 });
    for (let length = 0; length < bytes.length; length += 1) {
      const cursor = over(bytes.subarray(0, length));
      cursor.skip();
      expect({ length, ok: cursor.ok }).toEqual({ length, ok: false });
    }
  });

  it('passes over what the general decoder reads, of all kinds of values', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const cursor = packed(value);
        cursor.skip();
        expect([cursor.ok, cursor.atEnd]).toEqual([true, true]);
      }),
      propertyRuns(300),
    );
  });
});
