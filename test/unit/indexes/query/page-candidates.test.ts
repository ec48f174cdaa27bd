import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { PageCandidates } from '../../../../src/indexes/query/page-candidates.ts';
import { partsOf, picksOf } from '../../../../src/indexes/query/sequence-query.ts';
import { Region } from '../../../../src/model/region.ts';
import { madeIndex } from '../../../support/random-index.ts';

describe('PageCandidates', () => {
  it('owes to its views what was refused in pages without postings', () => {
    const fresh = madeIndex(6, pageRows + 50, false).index;
    const region = Region.all().withKind(0x3333);
    const picks = picksOf(fresh, region, partsOf(fresh, region));
    const candidates = new PageCandidates(fresh.holes, picks, { from: 0, to: fresh.count }, false);
    const into = new Uint32Array(8);
    expect(candidates.next(into, 8)).toBe(8);
    expect([...into]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(fresh.views.kinds.has(0)).toBe(false);
    candidates.refused(pageRows);
    expect(fresh.views.kinds.has(0)).toBe(true);
  });
});
