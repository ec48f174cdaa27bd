import { describe, expect, it } from 'vitest';
import { StreamVerdicts } from '../../../../src/indexes/query/stream-verdicts.ts';
import { StreamTable } from '../../../../src/indexes/stream-table.ts';
import { Region } from '../../../../src/model/region.ts';

describe('StreamVerdicts', () => {
  it('holds for the entities and lanes of a region, asked once or often', () => {
    const streams = new StreamTable();
    const ids = [streams.intern('a'), streams.intern('a:1', 2), streams.intern('b')];
    const verdicts = new StreamVerdicts(streams, Region.namespace('a').withLane(2));
    for (let round = 0; round < 2; round += 1) {
      expect(ids.map((id) => verdicts.holds(id))).toEqual([false, true, false]);
    }
  });
});
