import { describe, expect, it } from 'vitest';
import { RowFilter } from '../../../../src/indexes/query/row-filter.ts';
import { StreamVerdicts } from '../../../../src/indexes/query/stream-verdicts.ts';
import { Region } from '../../../../src/model/region.ts';
import { filtered, madeIndex } from '../../../support/random-index.ts';

describe('RowFilter', () => {
  it('keeps what is in the region, in place, across pages', () => {
    const { index, rows } = madeIndex(7, 66_000, true);
    const scopeId = index.scopes.find('shop') ?? -1;
    for (const region of [
      Region.all(),
      Region.all().withScope('shop'),
      Region.prefix('order').withScope('shop').withKind(0x1000),
      Region.namespace('player').withCategory(1).withClock({ from: 5, to: 700 }),
    ]) {
      const verdicts = new StreamVerdicts(index.entities, region);
      const id = region.scope === undefined ? -1 : scopeId;
      const filter = new RowFilter(index, region, id, verdicts);
      const sequences = Uint32Array.from(rows.keys());
      const kept = filter.keep(sequences, sequences.length);
      expect([...sequences.subarray(0, kept)].join()).toBe(filtered(rows, region).join());
    }
  });
});
