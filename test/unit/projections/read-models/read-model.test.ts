import { describe, expect, it } from 'vitest';
import { Region } from '../../../../src/model/region.ts';
import { CachedStates } from '../../../../src/projections/cached-states.ts';
import { ReadModel } from '../../../../src/projections/read-models/read-model.ts';
import { defineReadModel } from '../../../../src/projections/read-models/read-model-definition.ts';
import { ReadModelFold } from '../../../../src/projections/read-models/read-model-fold.ts';
import { FailingCache, ToldLogger } from '../../../support/failing-cache.ts';
import { ProjectedList } from '../../../support/projected-list.ts';

/** A version of a read model that counts in steps of its own number. */
function versionOf(version: number, apply?: (state: number) => number) {
  return defineReadModel({
    ...{ name: 'count', version, region: Region.all(), initial: () => 0 },
    apply: apply ?? ((state: number) => state + version),
  });
}

function given(count: number) {
  const list = new ProjectedList();
  for (let index = 0; index < count; index += 1) list.append('a', 1);
  const cached = new CachedStates(list, new FailingCache(), new ToldLogger());
  const open = (definition: ReturnType<typeof versionOf>, previous?: ReadModel<number>) =>
    new ReadModel(list, new ReadModelFold(list, cached, definition), previous);
  // Each look at the clock takes a slice.
  Object.defineProperty(list, 'elapsedMs', { value: () => (list.timeUs += 8000) / 1000 });
  return { list, open };
}

describe('ReadModel', () => {
  it('is folded when it is asked for, if nothing is before it', () => {
    const { open } = given(3);
    const model = open(versionOf(2));
    expect([model.version, model.state()]).toEqual([2, 6]);
  });

  it('serves the version before until it is built, in slices, and tells how far', async () => {
    const { list, open } = given(200);
    const model = open(versionOf(2), open(versionOf(1)));
    const told: [number, number, number][] = [];
    const built = model.build({
      onProgress: ({ done, total }) => {
        told.push([done, total, model.version]);
        if (told.length === 2) list.append('a', 1);
        expect(model.state()).toBe(list.nextSequence);
      },
    });
    expect(model.build()).toBeInstanceOf(Promise);
    await built;
    expect(told.slice(0, 3)).toEqual([
      [64, 200, 1],
      [128, 200, 1],
      [192, 201, 1],
    ]);
    expect(told.at(-1)).toEqual([201, 201, 1]);
    expect([model.version, model.state(), model.progress]).toEqual([
      2,
      402,
      { done: 201, total: 201 },
    ]);
  });

  it('is one build for all who ask while it runs', async () => {
    const { open } = given(200);
    const model = open(versionOf(2), open(versionOf(1)));
    const first = model.build();
    expect(model.build()).toBe(first);
    await first;
    expect(model.build()).not.toBe(first);
  });

  it('goes on serving the version before when a build fails, and can be built again', async () => {
    const { open } = given(100);
    let broken = true;
    const second = versionOf(2, (state) => {
      if (broken && state === 160) throw new Error('apply is broken');
      return state + 2;
    });
    const model = open(second, open(versionOf(1)));
    await expect(model.build()).rejects.toThrow('apply is broken');
    expect([model.version, model.state()]).toEqual([1, 100]);
    broken = false;
    await model.build();
    expect([model.version, model.state()]).toEqual([2, 200]);
  });

  it('stops building at its signal, and goes on from there', async () => {
    const { list, open } = given(200);
    const model = open(versionOf(2), open(versionOf(1)));
    const controller = new AbortController();
    const { signal } = controller;
    const stopped = model.build({
      signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect([model.version, model.progress.done]).toEqual([1, 64]);
    const before = list.readCount;
    await model.build();
    expect(list.readCount - before).toBe(136);
    expect(model.state()).toBe(400);
  });

  it('is served at once when it was complete before', async () => {
    const { list, open } = given(100);
    await open(versionOf(2), open(versionOf(1))).build();
    const again = open(versionOf(2), open(versionOf(1)));
    expect([again.version, again.state()]).toEqual([2, 200]);
    expect(list.readCount).toBe(100);
  });

  it('drops what the version before has in the cache, once its own is there', async () => {
    const { list, open } = given(100);
    const first = open(versionOf(1));
    first.state();
    first.keep();
    list.durableEvents = 50;
    const second = open(versionOf(2), first);
    await second.build();
    expect(open(versionOf(1)).progress.done).toBe(100);
    list.durableEvents = 100;
    second.keep();
    expect(open(versionOf(1)).progress.done).toBe(0);
    expect(open(versionOf(2)).progress.done).toBe(100);
  });

  it('replaces a row of versions', async () => {
    const { open } = given(10);
    const model = open(versionOf(3), open(versionOf(2), open(versionOf(1))));
    expect([model.version, model.state()]).toEqual([1, 10]);
    await model.build();
    expect([model.version, model.state()]).toEqual([3, 30]);
  });
});
