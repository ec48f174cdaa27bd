import { Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind } from '../support/store-host.ts';

const entities = [
  ...['order', 'order:1', 'order:10', 'order:1:line', 'orders:1', 'orderly', 'order*', 'order:*'],
  ...['Order:1', 'ord', 'x:order:1'],
];

function given(): Store[] {
  const host = new StoreHost();
  const store = host.open();
  for (const entity of entities) store.append(entity, someKind, entity);
  const killed = host.killed().open();
  store.close();
  return [killed, host.open()];
}

/** Entities of the events in the region, as they were appended. */
function inRegion(store: Store, region: Region): string[] {
  return [...store.query(region)].map(({ entity }) => entity);
}

describe('a region', () => {
  it.each<readonly [string, Region, readonly string[]]>([
    ['of an entity is that one alone', Region.entity('order:1'), ['order:1']],
    ['of an entity whose name ends in a star is no pattern', Region.entity('order:*'), ['order:*']],
    [
      'of a namespace is its entity and what follows its colon',
      Region.namespace('order'),
      ['order', 'order:1', 'order:10', 'order:1:line', 'order:*'],
    ],
    [
      'of a namespace of two parts takes no neighbour with a longer name',
      Region.namespace('order:1'),
      ['order:1', 'order:1:line'],
    ],
    ['of a namespace with a star is no pattern', Region.namespace('order:*'), ['order:*']],
    ['of a prefix is whatever begins so', Region.prefix('order'), entities.slice(0, 8)],
    [
      'of a prefix is whatever begins so, with no regard to colons',
      Region.prefix('order:1'),
      ['order:1', 'order:10', 'order:1:line'],
    ],
    ['of a prefix with a star is no pattern', Region.prefix('order:*'), ['order:*']],
    ['of a prefix tells small letters from capital ones', Region.prefix('Order'), ['Order:1']],
    ['of a prefix that nothing has is empty', Region.prefix('order:2'), []],
  ])('%s', (_, region, expected) => {
    for (const store of given()) {
      expect(inRegion(store, region)).toEqual(expected);
      expect([...store.query(region, { reverse: true })].map(({ entity }) => entity)).toEqual(
        [...expected].reverse(),
      );
      for (const entity of entities) {
        expect(
          region.matches({ entity, scope: 'default', kind: someKind, clock: 0, lane: 0 }),
        ).toBe(expected.includes(entity));
      }
    }
  });

  it('of a stream is the entity alone', () => {
    for (const store of given()) {
      for (const entity of entities) {
        expect([...store.stream(entity)].map((entry) => entry.entity)).toEqual([entity]);
      }
      expect([...store.stream('order:2')]).toEqual([]);
    }
  });
});
