import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { planOf } from '../../../../src/indexes/query/query-plan.ts';
import { Region } from '../../../../src/model/region.ts';
import { propertyRuns } from '../../../support/property-runs.ts';
import {
  anyPaging,
  anyRegion,
  filtered,
  madeIndex,
  madeIndexes,
  pushRow,
  type Row,
  sequencesOf,
} from '../../../support/random-index.ts';

/** As `toEqual`, which takes a second for 100 000 numbers. */
function expectSame(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const at = actual.findIndex((sequence, index) => sequence !== expected[index]);
  expect([at, actual[at]]).toEqual([-1, undefined]);
}

describe('the views over an index', () => {
  it.each([
    ['of one page and a bit', pageRows + 700, false],
    ['with holes, of two pages', 2 * pageRows, true],
  ])(
    'give the answer of a filter over all events, whatever their policy: %s',
    (_, count, holes) => {
      const made = madeIndexes(count, count, holes);
      const rows = made[0]?.rows ?? [];
      fc.assert(
        fc.property(anyRegion, anyPaging(count), (region, options) => {
          const expected = filtered(rows, region, options);
          for (const { index } of made) {
            expectSame(sequencesOf(index, region, options), expected);
          }
        }),
        propertyRuns(8),
      );
    },
    60_000,
  );

  it('give that answer by tiles, too, where tiles leave most out', () => {
    const count = pageRows + 7000;
    const { index, rows } = madeIndex(count, count, true);
    index.views.configure({ soa: 'never', entityGroups: 'never', tiles64: 'always' });
    const clocks = fc.tuple(fc.nat({ max: 8000 }), fc.nat({ max: 200 }));
    const anyTiled = fc.oneof(
      clocks.map(([from, length]) => Region.all().withClock({ from, to: from + length })),
      fc.constant(Region.all().withKind(0x3333)),
      fc.constant(Region.prefix('rare').withClock({ to: 1 }).withCategory(1)),
    );
    let found = 0;
    fc.assert(
      fc.property(anyTiled, anyPaging(count), (region, options) => {
        const expected = filtered(rows, region, options);
        expectSame(sequencesOf(index, region, options), expected);
        found += expected.length;
      }),
      propertyRuns(25),
    );
    expect(found).toBeGreaterThan(0);
    expect(planOf(index, Region.all().withKind(0x3333), {}).view).toBe('tiles64');
  }, 60_000);

  it('take up what is added after they were made', () => {
    const index = new EventIndex(1);
    index.views.configure({ soa: 'always', entityGroups: 'always', tiles64: 'never' });
    const rows: Row[] = [];
    const regions = [
      Region.all().withKind(0x2222),
      Region.all().withScope('rare'),
      Region.entity('rare'),
      Region.namespace('rare'),
    ];
    for (let sequence = 0; sequence < 2 * pageRows + 10; sequence += 1) {
      const rare = sequence % 9999 === 0;
      const name = rare ? 'rare' : 'usual';
      rows.push(pushRow(index, { entity: name, scope: name, kind: rare ? 0x2222 : 0x1111 }));
      if (sequence % 40_000 !== 0) continue;
      for (const region of regions) {
        expectSame(sequencesOf(index, region), filtered(rows, region));
      }
    }
    for (const region of regions) {
      expectSame(sequencesOf(index, region), filtered(rows, region));
    }
  });

  it('take 6 bytes an event and little besides', () => {
    const { index } = madeIndex(1, 2 * pageRows, false);
    index.views.configure({ soa: 'always', entityGroups: 'always', tiles64: 'never' });
    for (const region of [
      Region.all().withKind(0x3333),
      Region.all().withScope('shop'),
      Region.entity('rare:0').withLane(0),
    ]) {
      sequencesOf(index, region);
    }
    expect(index.views.bytes / index.count).toBeGreaterThan(6);
    expect(index.views.bytes / index.count).toBeLessThan(6.05);
  });
});

describe('a view of policy auto', () => {
  it('is made of a page when looking at its rows in vain has cost a page of rows', () => {
    const { index } = madeIndex(2, 2 * pageRows, false);
    const { kinds, scopes, entities } = index.views;
    const rare = Region.all().withKind(0x3333);
    expect(kinds.pageCount).toBe(0);
    sequencesOf(index, rare);
    expect(kinds.pageCount).toBe(0);
    // The few events that were found were not in vain: a second time is not enough, a third is.
    sequencesOf(index, rare);
    sequencesOf(index, rare);
    expect([kinds.pageCount, scopes.pageCount, entities.pageCount]).toEqual([2, 0, 0]);
  });

  it('is never made of a page that queries take whole', () => {
    const { index } = madeIndex(2, 2 * pageRows, false);
    for (let round = 0; round < 5; round += 1) sequencesOf(index, Region.all());
    expect(index.views.bytes).toBe(0);
  });

  it('is made for a long entity that is read in pages from its start', () => {
    const { index } = madeIndex(2, 2 * pageRows, false);
    const region = Region.entity('order').withLane(0);
    sequencesOf(index, region);
    expect(index.views.entities.pageCount).toBe(0);
    for (let page = 0; page < 30; page += 1) sequencesOf(index, region, { limit: 100 });
    expect(index.views.entities.pageCount).toBeGreaterThan(0);
  });

  it('is made for entities that were read by their links as often as there are events', () => {
    const { index } = madeIndex(2, 2 * pageRows, false);
    const region = Region.entity('order').withLane(0);
    const events = sequencesOf(index, region).length;
    const reads = Math.ceil(index.count / events);
    for (let read = 1; read < reads; read += 1) sequencesOf(index, region);
    expect(index.views.entities.pageCount).toBe(0);
    sequencesOf(index, region);
    expect(index.views.entities.pageCount).toBe(2);
  });
});
