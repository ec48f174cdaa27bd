import { describe, expect, it } from 'vitest';
import { bindingKey, entityKey } from '../../../src/projections/cache-key.ts';
import { CachedStates } from '../../../src/projections/cached-states.ts';
import { FailingCache, ToldLogger } from '../../support/failing-cache.ts';
import { ProjectedList } from '../../support/projected-list.ts';

const key = entityKey('sum', 1, 'a');
const keptAt = (watermark: number, state: unknown = 5) => ({
  ...{ state, changedAt: watermark },
  meta: { watermark, cachedAtUs: 1 },
});

function given(count = 3) {
  const list = new ProjectedList();
  for (let index = 0; index < count; index += 1) list.append('a', index);
  const cache = new FailingCache();
  const logger = new ToldLogger();
  const anew = () => new CachedStates(list, cache, logger);
  return { list, cache, logger, states: anew(), anew };
}

describe('CachedStates', () => {
  it('gives back what was written', () => {
    const { states, anew, logger } = given();
    expect(states.read(key, 2)).toBeUndefined();
    expect(states.write(key, 'sum', keptAt(2))).toBe(true);
    expect(states.read(key, 2)).toEqual(keptAt(2));
    expect(anew().read(key, 2)).toEqual(keptAt(2));
    states.forget(key);
    expect(states.read(key, 2)).toBeUndefined();
    expect(logger.told).toEqual([]);
  });

  it('writes nothing that is not durable', () => {
    const { states, list, cache } = given();
    list.durableEvents = 2;
    expect(states.write(key, 'sum', keptAt(2))).toBe(false);
    expect(states.write(key, 'sum', keptAt(1))).toBe(true);
    expect(cache.puts).toBe(1);
    list.durableEvents = 0;
    expect(states.write(key, 'sum', keptAt(0))).toBe(false);
  });

  it('is told once of a cache that fails, for each operation, and answers nothing', () => {
    const { states, cache, logger } = given();
    states.write(key, 'sum', keptAt(1));
    for (const operation of ['get', 'put', 'deletePrefix', 'sync', 'close']) {
      cache.fails.add(operation);
    }
    for (let round = 0; round < 3; round += 1) {
      expect(states.read(key, 2)).toBeUndefined();
      expect(states.write(key, 'sum', keptAt(2))).toBe(false);
      states.forget(key);
      states.sync();
      states.close();
    }
    expect(logger.told).toEqual(
      ['get', 'put', 'deletePrefix', 'sync', 'close'].map(
        (operation) => `the projection cache failed in ${operation}`,
      ),
    );
    cache.fails.clear();
    expect(states.read(key, 2)).toEqual(keptAt(1));
  });

  it('takes no lie of a cache for a state', () => {
    const other = entityKey('sum', 1, 'b');
    const { states, cache, logger } = given();
    states.write(key, 'sum', keptAt(1));
    states.write(other, 'sum', keptAt(1, 99));
    const honest = new Map([key, other].map((each) => [each, cache.get(each)]));
    const mine = honest.get(key);
    const lies: readonly FailingCache['lie'][] = [
      () => honest.get(other),
      () => mine && { ...mine, meta: { ...mine.meta, watermark: 0 } },
      () => mine && { ...mine, meta: { ...mine.meta, cachedAtUs: 2 } },
      () => mine && { ...mine, value: mine.value.map((byte) => byte ^ 1) },
      () => mine && { ...mine, value: mine.value.subarray(1) },
      () => mine && { ...mine, value: new Uint8Array(0) },
    ];
    for (const lie of lies) {
      cache.lie = lie;
      expect(states.read(key, 2)).toBeUndefined();
    }
    expect(logger.told).toEqual(['a cached state is not what was put there: it is folded again']);
  });

  it('takes no state that is ahead of the log', () => {
    const { states, logger } = given();
    states.write(key, 'sum', keptAt(2));
    expect(states.read(key, 1)).toBeUndefined();
    expect(logger.told).toEqual(['a cached state is ahead of the log: it is folded again']);
  });

  it('tells once of each projection whose states can not be stored, and is done with them', () => {
    const { states, cache, logger } = given();
    for (let round = 0; round < 2; round += 1) {
      expect(states.write(key, 'sum', keptAt(1, new Map()))).toBe(true);
      expect(states.write(key, 'other', keptAt(1, { a: [undefined, () => 1] }))).toBe(true);
    }
    expect(cache.puts).toBe(0);
    expect(logger.facts).toMatchObject([
      { projection: 'sum', path: '$' },
      { projection: 'other', path: '$.a[1]' },
    ]);
  });
});

describe('the binding of a cache', () => {
  type Given = ReturnType<typeof given>;
  const changes: readonly [string, (given: Given) => void, string][] = [
    [
      'another store',
      ({ list }) => Object.assign(list, { identity: { storeId: 'b', epoch: 1 } }),
      'of another store',
    ],
    ['a log that is shorter', ({ list }) => list.logged.splice(1), 'past the end of the log'],
    [
      'a log that lost its tail and went on',
      ({ list }) =>
        Object.assign(list, { idPrefix: 'other', identity: { storeId: 'store', epoch: 2 } }),
      'of a log that has gone on in another way',
    ],
    [
      'a log with a hole',
      ({ list }) => Object.assign(list, { lost: 1 }),
      'of a log that has gone on in another way',
    ],
    [
      'a log of an earlier epoch',
      ({ list }) => Object.assign(list, { identity: { storeId: 'store', epoch: 0 } }),
      'of a log that has gone on in another way',
    ],
    [
      'a binding that is damaged',
      ({ cache }) => cache.put(bindingKey, Uint8Array.of(1, 2), { watermark: 1, cachedAtUs: 1 }),
      'of no known log',
    ],
    ['a binding that is gone', ({ cache }) => cache.deletePrefix(bindingKey), 'of no known log'],
  ];

  it.each(changes)('drops everything of %s', (_, change, reason) => {
    const tested = given();
    tested.states.write(key, 'sum', keptAt(2));
    tested.list.append('a', 1);
    change(tested);
    const { anew, logger, list } = tested;
    const states = anew();
    expect(states.read(key, 3)).toBeUndefined();
    expect(logger.told).toEqual([`the cached states are ${reason}: all of them were dropped`]);
    list.idPrefix = 'id';
    expect(anew().read(key, 3)).toBeUndefined();
    expect(logger.told).toHaveLength(1);
  });

  it('holds when the log goes on under a later epoch, and is bound to that', () => {
    const { list, states, anew, cache, logger } = given();
    states.write(key, 'sum', keptAt(2));
    list.append('a', 1);
    list.identity = { storeId: 'store', epoch: 2 };
    const later = anew();
    expect(later.read(key, 3)).toEqual(keptAt(2));
    later.write(key, 'sum', keptAt(2));
    list.identity = { storeId: 'store', epoch: 1 };
    expect(anew().read(key, 3)).toBeUndefined();
    expect(logger.told).toHaveLength(1);
    expect(cache.get(key)).toBeUndefined();
  });

  it('reaches as far as the log is durable, so that it is written once for many states', () => {
    const { states, cache } = given(10);
    states.write(key, 'sum', keptAt(1));
    expect(cache.get(bindingKey)?.meta.watermark).toBe(9);
    const before = cache.get(bindingKey);
    states.write(key, 'sum', keptAt(8));
    expect(cache.get(bindingKey)).toEqual(before);
  });
});
