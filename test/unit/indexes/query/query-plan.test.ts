import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { planOf } from '../../../../src/indexes/query/query-plan.ts';
import { Region } from '../../../../src/model/region.ts';
import { madeIndex, sequencesOf } from '../../../support/random-index.ts';

describe('planOf', () => {
  it('tells the view, what is looked at, and changes nothing', () => {
    const { index } = madeIndex(5, 2 * pageRows + 100, false);
    const rare = Region.all().withKind(0x3333);
    const all = {
      view: 'columns',
      candidates: index.count,
      pages: { posted: 0, tiled: 0, scanned: 3 },
    };
    expect(planOf(index, Region.all(), {})).toMatchObject(all);
    expect(planOf(index, rare, {})).toMatchObject(all);
    expect(planOf(index, Region.entity('none'), {})).toMatchObject({ view: 'nothing' });
    expect(planOf(index, Region.all().withScope('none'), {})).toMatchObject({ candidates: 0 });
    expect(planOf(index, Region.entity('order'), {})).toMatchObject({ view: 'links' });
    index.views.configure({ soa: 'always', entityGroups: 'always', tiles64: 'never' });
    expect(planOf(index, rare, {})).toMatchObject(all);
    expect(index.views.bytes).toBe(0);
    const found = sequencesOf(index, rare).filter((sequence) => sequence < 2 * pageRows).length;
    expect(planOf(index, rare, {})).toMatchObject({
      view: 'soa',
      candidates: found + 100,
      pages: { posted: 2, tiled: 0, scanned: 1 },
    });
    sequencesOf(index, Region.namespace('rare'));
    expect(planOf(index, Region.namespace('rare'), {})).toMatchObject({ view: 'entityGroups' });
    expect(planOf(index, Region.entity('order'), {})).toMatchObject({ view: 'entityGroups' });
    expect(planOf(index, Region.entity('order'), { reverse: true })).toMatchObject({
      view: 'links',
    });
  });

  it('tells of tiles, also in the page that is being written', () => {
    const { index } = madeIndex(5, pageRows + 6400 + 10, false);
    index.views.configure({ soa: 'never', entityGroups: 'never', tiles64: 'always' });
    const region = Region.all().withClock({ to: 0 });
    expect(planOf(index, region, {})).toMatchObject({ view: 'columns', candidates: index.count });
    sequencesOf(index, region);
    const plan = planOf(index, region, {});
    expect(plan).toMatchObject({ view: 'tiles64', pages: { posted: 0, tiled: 2, scanned: 0 } });
    expect(plan.candidates).toBeLessThan(index.count / 50);
    expect(plan.candidates % 64).toBe(10);
  });
});
