import { describe, expect, it } from 'vitest';
import { Region } from '../../../src/model/region.ts';
import { defineProjection } from '../../../src/projections/projection.ts';
import { Projections } from '../../../src/projections/projections.ts';
import { defineReadModel } from '../../../src/projections/read-models/read-model-definition.ts';
import { FailingCache, ToldLogger } from '../../support/failing-cache.ts';
import { ProjectedList } from '../../support/projected-list.ts';

const parts = {
  ...{ name: 'count', version: 1, initial: () => 0 },
  apply: (state: number) => state + 1,
};
const count = defineProjection(parts);
const model = defineReadModel({ ...parts, region: Region.all() });

function given() {
  const list = new ProjectedList();
  list.append('a', 1);
  list.append('b', 1);
  const cache = new FailingCache();
  const logger = new ToldLogger();
  return { list, cache, projections: new Projections(list, { cache, logger }) };
}

describe('Projections', () => {
  it('keeps a projection and a read model of one name apart', () => {
    const { projections, cache } = given();
    expect(projections.project(count, 'a', undefined)).toBe(1);
    expect(projections.readModel(model).state()).toBe(2);
    projections.flush();
    expect([cache.puts, cache.syncs]).toEqual([2, 1]);
    const { list } = given();
    const again = new Projections(list, { cache, logger: new ToldLogger() });
    expect(again.project(count, 'a', undefined)).toBe(1);
    expect(again.readModel(model).state()).toBe(2);
    expect(list.readCount).toBe(0);
  });

  it('has one read model of a definition', () => {
    const { projections } = given();
    expect(projections.readModel(model)).toBe(projections.readModel(model));
    const other = defineReadModel({ ...parts, version: 2, region: Region.all() });
    const built = projections.readModel(other, { previous: model });
    expect(projections.readModel(other)).toBe(built);
    expect(built.version).toBe(1);
  });

  it('refuses a version before that is of another name', () => {
    const { projections } = given();
    const other = defineReadModel({ ...parts, name: 'other', version: 2, region: Region.all() });
    expect(() => projections.readModel(other, { previous: model })).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'previous' }),
    );
  });

  it('flushes a cache that lasts when it is closed, and no other', () => {
    for (const durable of [true, false]) {
      const { projections, cache } = given();
      Object.assign(cache.capabilities, { durable });
      projections.project(count, 'a', undefined);
      projections.close();
      expect([cache.puts, cache.syncs]).toEqual(durable ? [1, 1] : [0, 0]);
    }
  });

  it('works without a cache', () => {
    const { list } = given();
    const projections = new Projections(list, undefined);
    expect(projections.project(count, 'a', undefined)).toBe(1);
    projections.flush();
    projections.close();
  });

  it('watches an entity until it is let go', async () => {
    const { projections, list } = given();
    const seen: number[] = [];
    for await (const state of projections.watch(count, 'a', undefined)) {
      seen.push(state);
      if (seen.length === 2) break;
      list.append('a', 1);
    }
    expect([seen, list.listening]).toEqual([[1, 2], 0]);
  });

  it('folds several in one pass', () => {
    const { projections } = given();
    expect(projections.projectAll([count, count], Region.entity('a'))).toEqual([1, 1]);
  });
});
