import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../../src/codec/index/byte-reader.ts';
import { ByteWriter } from '../../../../src/codec/index/byte-writer.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

describe('ByteReader', () => {
  it('reads what was written', () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => one.isWellFormed());
    const content = fc.tuple(fc.nat(0xffff), fc.nat(2 ** 31), fc.maxSafeNat(), text);
    fc.assert(
      fc.property(content, fc.array(text), ([small, middle, large, one], texts) => {
        const writer = new ByteWriter().u16(small).u32(middle).u64(large).text(one);
        writer.list(texts, (each) => writer.text(each)).numbers(Uint32Array.of(small, middle));
        const reader = new ByteReader(writer.done());
        expect([reader.u16(), reader.u32(), reader.u64(), reader.text()]).toEqual([
          ...[small, middle, large, one],
        ]);
        expect(reader.list(4, () => reader.text())).toEqual(texts);
        expect(reader.finished).toBe(false);
        expect([...reader.numbers()]).toEqual([small, middle]);
        expect(reader.finished).toBe(true);
      }),
      propertyRuns(100),
    );
  });

  it('is broken by bytes that end too early, and answers nothing from then on', () => {
    const reader = new ByteReader(Uint8Array.of(0, 0, 0));
    expect(reader.u16()).toBe(0);
    expect(reader.u32()).toBe(0);
    expect(reader.broken).toBe(true);
    expect([reader.u16(), reader.u64(), reader.text()]).toEqual([0, 0, '']);
    expect(reader.bytes(1)).toHaveLength(0);
    expect(reader.numbers()).toHaveLength(0);
    expect(reader.finished).toBe(false);
  });

  it('is broken by counts that can not be, without room made for them', () => {
    const huge = new Uint8Array(8).fill(0xff);
    const numbers = new ByteReader(huge);
    expect(numbers.numbers()).toHaveLength(0);
    const list = new ByteReader(huge);
    let calls = 0;
    expect(list.list(1, () => (calls += 1))).toEqual([]);
    expect([numbers.broken, list.broken, calls]).toEqual([true, true, 0]);
  });

  it('is broken by what is no text, and by numbers that are not exact', () => {
    const text = new ByteReader(Uint8Array.of(0, 0, 0, 1, 0xff));
    expect([text.text(), text.broken]).toEqual(['', true]);
    const number = new ByteReader(new Uint8Array(8).fill(0xff));
    expect([number.u64(), number.broken]).toEqual([0, true]);
  });
});
