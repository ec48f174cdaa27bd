import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/model/event.ts';
import { CachedStates } from '../../../src/projections/cached-states.ts';
import { defineProjection, type Projection } from '../../../src/projections/projection.ts';
import { cacheEveryEvents, Projector } from '../../../src/projections/projector.ts';
import { FailingCache, ToldLogger } from '../../support/failing-cache.ts';
import { ProjectedList } from '../../support/projected-list.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** Not commutative, so that an event too many, too few or in the wrong place shows. */
const digits = defineProjection({
  ...{ name: 'digits', version: 1, initial: () => '<' },
  apply: (state: string, event) => `${state}${event.payload}`,
});
const sumParts = {
  ...{ name: 'sum', version: 1, initial: () => 0 },
  apply: (state: number, event: StoredEvent) => state + Number(event.payload),
};
const sum = defineProjection(sumParts);

function given(entities: readonly string[] = [], slotsMax = 10) {
  const list = new ProjectedList();
  for (const entity of entities) list.append(entity, 1);
  const cache = new FailingCache();
  const logger = new ToldLogger();
  const anew = (slots = slotsMax): Projector =>
    new Projector(list, new CachedStates(list, cache, logger), slots);
  return { list, cache, logger, anew, projector: anew() };
}

/** How many events a projection reads now. */
function cost(projector: Projector, list: ProjectedList, entity: string, projection = sum): number {
  const before = list.readCount;
  projector.project(projection, entity);
  return list.readCount - before;
}

function appendMany(list: ProjectedList, entity: string, count: number): void {
  for (let index = 0; index < count; index += 1) list.append(entity, 1);
}

describe('Projector, in memory,', () => {
  it('knows no state of an entity without events', () => {
    const { projector, list } = given(['a']);
    expect(projector.project(sum, 'b')).toBeUndefined();
    expect(list.readCount).toBe(0);
  });

  it('reads nothing for an entity that has not moved, and only what is new otherwise', () => {
    const { projector, list } = given(['a', 'a', 'b', 'a']);
    expect(cost(projector, list, 'a')).toBe(3);
    expect(cost(projector, list, 'a')).toBe(0);
    list.append('b', 5);
    expect(cost(projector, list, 'a')).toBe(0);
    list.append('a', 5);
    expect(cost(projector, list, 'a')).toBe(1);
    expect(projector.project(sum, 'a')).toBe(8);
  });

  it('folds from the first event again when a projection is not incremental', () => {
    const whole = defineProjection({
      ...{ name: 'whole', version: 1, incremental: false, initial: (): unknown[] => [] },
      apply: (state, { payload }) => {
        state.push(payload);
        return state;
      },
    });
    const { projector, list } = given(['a', 'a']);
    const before = projector.project(whole, 'a');
    list.append('a', 2);
    expect(projector.project(whole, 'a')).toEqual([1, 1, 2]);
    expect(before).toEqual([1, 1]);
    expect(list.readCount).toBe(5);
    projector.project(whole, 'a');
    expect(list.readCount).toBe(5);
  });

  it('keeps nothing of a fold that threw, and goes on from where it stood', () => {
    const { projector, list } = given(['a']);
    let broken = false;
    const fragile = defineProjection({
      ...sumParts,
      apply: (state: number, event) => {
        if (broken && event.payload === 20) throw new Error('apply is broken');
        return state + Number(event.payload);
      },
    });
    expect(projector.project(fragile, 'a')).toBe(1);
    list.append('a', 10);
    list.append('a', 20);
    broken = true;
    expect(() => projector.project(fragile, 'a')).toThrow('apply is broken');
    broken = false;
    expect(projector.project(fragile, 'a')).toBe(31);
  });

  it('drops everything when another log is read', () => {
    const { list, projector } = given(['a', 'a']);
    expect(projector.project(digits, 'a')).toBe('<11');
    list.logged.splice(0);
    list.append('a', 7);
    list.append('a', 8);
    list.logGeneration += 1;
    expect(projector.project(digits, 'a')).toBe('<78');
  });

  it('answers as a fold from the start does, whatever it has kept, cached or dropped', () => {
    const anyStep = fc.record({
      entity: fc.constantFrom('a', 'b', 'c', 'd'),
      payload: fc.nat({ max: 9 }),
      what: fc.constantFrom('append', 'durable', 'flush', 'anew', 'project'),
      projection: fc.constantFrom<Projection<unknown>>(digits, sum),
    });
    fc.assert(
      fc.property(fc.array(anyStep), fc.nat({ max: 5 }), (steps, slotsMax) => {
        const { list, anew } = given([], slotsMax);
        list.durableEvents = 0;
        let projector = anew();
        for (const { entity, payload, what, projection } of steps) {
          if (what === 'append') list.append(entity, payload);
          if (what === 'durable') list.durableEvents = list.logged.length;
          if (what === 'flush') projector.flush();
          if (what === 'anew') projector = anew();
          const payloads = list.of(entity);
          const fold = payloads.reduce<unknown>(
            (state, each) => projection.apply(state, { payload: each } as StoredEvent),
            projection.initial(),
          );
          const expected = payloads.length === 0 ? undefined : fold;
          expect(projector.project(projection, entity)).toBe(expected);
        }
      }),
      propertyRuns(300),
    );
  });
});

describe('Projector, with a cache,', () => {
  it('reads only what is behind the state that a flush has put there', () => {
    const { list, projector, anew } = given(['a', 'a', 'a']);
    projector.project(sum, 'a');
    projector.flush();
    expect(cost(anew(), list, 'a')).toBe(0);
    list.append('a', 5);
    const later = anew();
    expect(cost(later, list, 'a')).toBe(1);
    expect(later.project(sum, 'a')).toBe(8);
  });

  it('puts a state there when it is 64 events ahead, and again when it is 64 further', () => {
    const { list, cache, projector } = given();
    appendMany(list, 'a', cacheEveryEvents - 1);
    projector.project(sum, 'a');
    expect(cache.puts).toBe(0);
    list.append('a', 1);
    projector.project(sum, 'a');
    expect(cache.puts).toBe(1);
    list.append('a', 1);
    projector.project(sum, 'a');
    expect(cache.puts).toBe(1);
  });

  it('puts a state there when it leaves memory', () => {
    const { list, projector, cache } = given(['a', 'b'], 1);
    projector.project(sum, 'a');
    projector.project(sum, 'b');
    expect(cache.puts).toBe(1);
    expect(cost(projector, list, 'a')).toBe(0);
  });

  it('puts nothing there whose events are not durable, and makes up for it', () => {
    const { list, cache, projector } = given();
    list.durableEvents = cacheEveryEvents - 1;
    appendMany(list, 'a', cacheEveryEvents);
    projector.project(sum, 'a');
    projector.flush();
    projector.project(sum, 'a');
    expect(cache.puts).toBe(0);
    list.durableEvents = cacheEveryEvents;
    projector.project(sum, 'a');
    expect(cache.puts).toBe(1);
  });

  it('asks for a state by name, version and entity', () => {
    const { list, projector, anew } = given(['a', 'b']);
    projector.project(sum, 'a');
    projector.flush();
    expect(cost(anew(), list, 'b')).toBe(1);
    const others = [{ version: 2 }, { name: 'total' }].map((parts) =>
      defineProjection({ ...sumParts, ...parts }),
    );
    for (const other of others) expect(cost(anew(), list, 'a', other)).toBe(1);
    expect(cost(anew(), list, 'a', defineProjection(sumParts))).toBe(0);
  });
});

describe('projectIfChanged', () => {
  it('answers when the state is another one than that of the answer before', () => {
    const { list, projector } = given(['a', 'b', 'a']);
    const first = projector.projectIfChanged(sum, 'a', undefined);
    expect(first).toEqual({ state: 2, since: 2 });
    expect(projector.projectIfChanged(sum, 'a', first?.since)).toBeUndefined();
    list.append('b', 1);
    expect(projector.projectIfChanged(sum, 'a', first?.since)).toBeUndefined();
    list.append('a', 1);
    expect(projector.projectIfChanged(sum, 'a', first?.since)).toEqual({ state: 3, since: 4 });
    expect(projector.projectIfChanged(sum, 'none', undefined)).toBeUndefined();
    expect(projector.projectIfChanged(sum, 'none', 7)).toEqual({
      state: undefined,
      since: undefined,
    });
  });
});

describe('a state that may be stale', () => {
  const stale = { maxStaleMs: 10 };

  it('is answered while it is young enough, wherever it was kept', () => {
    const { list, projector, anew } = given(['a']);
    projector.project(sum, 'a');
    projector.flush();
    list.append('a', 1);
    const places = [projector, anew(), anew(0)];
    list.timeUs += 10_000;
    for (const place of places) expect(place.project(sum, 'a', stale)).toBe(1);
    list.timeUs += 1;
    for (const place of places) expect(place.project(sum, 'a', stale)).toBe(2);
  });

  it('is current when the entity has not moved, whatever its age', () => {
    const { list, projector } = given(['a']);
    projector.project(sum, 'a');
    list.timeUs += 1_000_000_000;
    expect(cost(projector, list, 'a')).toBe(0);
    expect(projector.project(sum, 'a', { maxStaleMs: 0 })).toBe(1);
  });

  it('is not answered when the clock has fallen back', () => {
    const { list, projector } = given(['a']);
    projector.project(sum, 'a');
    list.append('a', 1);
    list.timeUs -= 1;
    expect(projector.project(sum, 'a', stale)).toBe(2);
  });
});
