import { describe, expect, it } from 'vitest';
import { StreamTable } from '../../../src/indexes/stream-table.ts';

describe('StreamTable', () => {
  it('gives an entity and each of its lanes a number of their own', () => {
    const streams = new StreamTable();
    const numbers = [
      streams.intern('a'),
      streams.intern('b'),
      streams.intern('a', 7),
      streams.intern('a', 4_294_967_295),
      streams.intern('a'),
      streams.intern('a', 7),
    ];
    expect(numbers).toEqual([0, 1, 2, 3, 0, 2]);
    expect(streams.size).toBe(4);
    expect(numbers.map((id) => [streams.entity(id), streams.lane(id)])).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', 7],
      ['a', 4_294_967_295],
      ['a', 0],
      ['a', 7],
    ]);
  });

  it('finds streams and all streams of an entity, whichever was seen first', () => {
    const streams = new StreamTable();
    expect(streams.find('a')).toBeUndefined();
    expect(streams.allOf('a')).toEqual([]);
    const draft = streams.intern('a', 1);
    expect(streams.find('a')).toBeUndefined();
    expect(streams.allOf('a')).toEqual([draft]);
    const main = streams.intern('a');
    expect(streams.find('a', 1)).toBe(draft);
    expect(streams.find('a', 2)).toBeUndefined();
    expect(streams.allOf('a')).toEqual([main, draft]);
  });

  it('is made again from its keys, in order', () => {
    const streams = new StreamTable();
    streams.intern('a');
    streams.intern('a', 3);
    streams.intern('b');
    const copy = new StreamTable();
    for (let id = 0; id < streams.size; id += 1) expect(copy.internKey(streams.key(id))).toBe(id);
    expect(copy.internKey(streams.key(1))).toBe(1);
    expect([copy.findKey(streams.key(1)), copy.findKey('c')]).toEqual([1, undefined]);
    expect(copy.allOf('a')).toEqual([0, 1]);
    expect([copy.entity(1), copy.lane(1)]).toEqual(['a', 3]);
  });
});
