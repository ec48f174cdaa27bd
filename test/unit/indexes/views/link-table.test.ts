import { describe, expect, it } from 'vitest';
import { LinkTable } from '../../../../src/indexes/views/link-table.ts';

function idOf(number: number): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(9, number);
  return id;
}

describe('LinkTable', () => {
  it('finds every reference to an id in order, however many others there are', () => {
    const table = new LinkTable();
    for (let sequence = 0; sequence < 3000; sequence += 1) {
      table.add(idOf(sequence % 1000), 0, sequence);
    }
    for (let id = 0; id < 1000; id += 1) {
      expect(table.find(idOf(id), 0)).toEqual(expect.arrayContaining([id, id + 1000, id + 2000]));
    }
    expect(table.find(idOf(7), 0)).toEqual([7, 1007, 2007]);
    expect(table.find(idOf(5000), 0)).toEqual([]);
    expect(table.count).toBe(3000);
  });
});
