import { describe, expect, it } from 'vitest';
import { Region } from '../../../../src/model/region.ts';
import { CachedStates } from '../../../../src/projections/cached-states.ts';
import { defineReadModel } from '../../../../src/projections/read-models/read-model-definition.ts';
import {
  keepEveryEvents,
  ReadModelFold,
} from '../../../../src/projections/read-models/read-model-fold.ts';
import { FailingCache, ToldLogger } from '../../../support/failing-cache.ts';
import { ProjectedList } from '../../../support/projected-list.ts';

const current = -1;
const byEntity = {
  ...{ name: 'by entity', version: 1, region: Region.all() },
  initial: (): Record<string, number> => ({}),
  apply: (state: Record<string, number>, { entity }: { readonly entity: string }) => {
    state[entity] = (state[entity] ?? 0) + 1;
    return state;
  },
};

function given(entities: readonly string[], parts: Partial<typeof byEntity> = {}) {
  const list = new ProjectedList();
  for (const entity of entities) list.append(entity, 1);
  const cache = new FailingCache();
  const logger = new ToldLogger();
  const definition = defineReadModel({ ...byEntity, ...parts });
  const anew = () => new ReadModelFold(list, new CachedStates(list, cache, logger), definition);
  return { list, cache, logger, fold: anew(), anew };
}

describe('ReadModelFold', () => {
  it('folds the events of all entities, and then only what is new', () => {
    const { list, fold } = given(['a', 'b', 'a']);
    expect(fold.state(current)).toEqual({ a: 2, b: 1 });
    expect(list.readCount).toBe(3);
    list.append('c', 1);
    expect(fold.state(current)).toEqual({ a: 2, b: 1, c: 1 });
    expect(list.readCount).toBe(4);
    expect(fold.progress).toEqual({ done: 4, total: 4 });
  });

  it('passes over what is not of its region, once', () => {
    const { list, fold } = given(['a', 'b', 'b'], { region: Region.entity('a') });
    expect(fold.state(current)).toEqual({ a: 1 });
    expect(fold.progress).toEqual({ done: 3, total: 3 });
    list.append('b', 1);
    fold.state(current);
    expect([list.readCount, fold.progress.done]).toEqual([1, 4]);
  });

  it('stops at its time, and goes on from there', () => {
    const { list, fold } = given(new Array<string>(200).fill('a'));
    expect(fold.step(list.elapsedMs())).toBe(false);
    expect(fold.progress).toEqual({ done: 64, total: 200 });
    expect(fold.step(list.elapsedMs())).toBe(false);
    expect(fold.step(Number.POSITIVE_INFINITY)).toBe(true);
    expect([fold.state(current), list.readCount]).toEqual([{ a: 200 }, 200]);
  });

  it('stops at its time amid events that are not of its region', () => {
    const { list, fold } = given([], { region: Region.entity('a') });
    for (let sequence = 0; sequence < 200_000; sequence += 1) {
      const entity = sequence === 150_000 ? 'a' : 'b';
      list.logged.push({ entity, kind: 1, clock: sequence, sequence, payload: 1 });
    }
    expect(fold.step(list.elapsedMs())).toBe(false);
    expect(fold.progress).toEqual({ done: 65_536, total: 200_000 });
    expect(fold.step(list.elapsedMs())).toBe(false);
    expect([fold.step(list.elapsedMs()), fold.progress.done]).toEqual([false, 196_608]);
    expect([fold.step(list.elapsedMs()), fold.progress.done]).toEqual([true, 200_000]);
    expect([fold.state(current), list.readCount]).toEqual([{ a: 1 }, 1]);
  });

  it('answers a stale state while it is young, but never one that was not complete', () => {
    const { list, fold } = given(new Array<string>(100).fill('a'));
    fold.step(list.elapsedMs());
    expect(fold.state(1_000_000)).toEqual({ a: 100 });
    list.append('b', 1);
    list.timeUs += 1000;
    expect(fold.state(1000)).toEqual({ a: 100 });
    list.timeUs += 1;
    expect(fold.state(1000)).toEqual({ a: 100, b: 1 });
  });

  it('goes on from the cache, and knows there whether it was complete', () => {
    const { list, fold, anew } = given(new Array<string>(100).fill('a'));
    fold.step(list.elapsedMs());
    fold.keep();
    const partial = anew();
    expect([partial.complete, partial.progress.done]).toEqual([false, 64]);
    expect(partial.state(current)).toEqual({ a: 100 });
    partial.keep();
    const whole = anew();
    expect([whole.complete, whole.progress.done]).toEqual([true, 100]);
    expect(whole.state(current)).toEqual({ a: 100 });
    expect(list.readCount).toBe(100);
  });

  it('keeps nothing that is not durable, nor anything twice', () => {
    const { list, cache, fold } = given(['a', 'a']);
    list.durableEvents = 1;
    fold.state(current);
    fold.keep();
    expect([cache.puts, fold.unkept > 0]).toEqual([0, true]);
    list.durableEvents = 2;
    fold.keep();
    fold.keep();
    expect([cache.puts, fold.unkept]).toEqual([1, 0]);
  });

  it(`puts its state into the cache by itself after ${keepEveryEvents} events`, () => {
    const { list, cache, fold } = given([]);
    for (let index = 0; index < keepEveryEvents; index += 1) {
      list.logged.push({ entity: 'a', kind: 1, clock: index, sequence: index, payload: 1 });
    }
    fold.state(current);
    expect(cache.puts).toBe(1);
  });

  it('drops a state that a fold has left half-changed, and begins from the cache again', () => {
    let broken = false;
    const { list, fold } = given(['a', 'b'], {
      apply: (state, event) => {
        byEntity.apply(state, event);
        if (broken && event.entity === 'c') throw new Error('apply is broken');
        return state;
      },
    });
    fold.state(current);
    fold.keep();
    list.append('a', 1);
    list.append('c', 1);
    broken = true;
    expect(() => fold.state(current)).toThrow('apply is broken');
    broken = false;
    expect(fold.state(current)).toEqual({ a: 2, b: 1, c: 1 });
  });

  it('begins anew when another log is read, or when it is to forget', () => {
    const { list, cache, fold, anew } = given(['a']);
    fold.state(current);
    fold.keep();
    list.logged.splice(0);
    list.append('b', 1);
    list.logGeneration += 1;
    cache.deletePrefix(new Uint8Array(0));
    expect(fold.state(current)).toEqual({ b: 1 });
    fold.keep();
    fold.forget();
    expect(anew().progress.done).toBe(0);
  });
});
