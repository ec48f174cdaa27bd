import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextTable } from '../../../src/indexes/text-table.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { propertyRuns } from '../../support/property-runs.ts';

describe('TextTable', () => {
  it('numbers texts in the order in which it first sees them', () => {
    const table = new TextTable();
    expect(['b', 'a', 'b', 'c', 'a'].map((text) => table.intern(text))).toEqual([0, 1, 0, 2, 1]);
    expect(table.size).toBe(3);
  });

  it('finds what it has seen, and gives no number to what it has not', () => {
    const table = new TextTable();
    table.intern('a');
    expect(table.find('a')).toBe(0);
    expect(table.find('b')).toBeUndefined();
    expect(table.find('__proto__')).toBeUndefined();
    expect(table.size).toBe(1);
  });

  it('gives every text back, whatever it is', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('', '__proto__', 'constructor', 'toString', '0'),
    );
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 60 }), (texts) => {
        const table = new TextTable();
        const ids = texts.map((text) => table.intern(text));
        expect(ids.map((id) => table.text(id))).toEqual(texts);
        expect(table.size).toBe(new Set(texts).size);
      }),
      propertyRuns(100),
    );
  });

  it('asserts that a number is one of its own', () => {
    const table = new TextTable();
    table.intern('a');
    expect(() => table.text(1)).toThrow(AssertionFailure);
  });
});
