import { defineProjection, defineReadModel, Region, StoreClosedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, thrownBy } from '../../support/store-host.ts';

const parts = {
  ...{ name: 'count', version: 1, initial: () => 0 },
  apply: (state: number) => state + 1,
};
const count = defineProjection(parts);
const model = defineReadModel({ ...parts, region: Region.all() });

describe('StoreProjections', () => {
  it('folds what is in the log', () => {
    const store = new StoreHost().open();
    appendSome(store, 3, 'a');
    appendSome(store, 2, 'b');
    expect(store.project(count, 'a')).toBe(3);
    expect(store.projectIfChanged(count, 'b', undefined)).toEqual({ state: 2, since: 4 });
    expect(store.projectAll([count, count], Region.all())).toEqual([5, 5]);
    expect(store.readModel(model).state()).toBe(5);
  });

  it('names what was asked of a closed store', () => {
    const store = new StoreHost().open();
    store.close();
    const calls = {
      project: () => store.project(count, 'a'),
      projectIfChanged: () => store.projectIfChanged(count, 'a', undefined),
      watchProjection: () => store.watchProjection(count, 'a'),
      projectAll: () => store.projectAll([count], Region.all()),
      readModel: () => store.readModel(model),
    };
    for (const [operation, call] of Object.entries(calls)) {
      const thrown = thrownBy(call);
      expect(thrown).toBeInstanceOf(StoreClosedError);
      expect(thrown).toMatchObject({ operation });
    }
  });
});
