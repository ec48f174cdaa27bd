import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexEntry, StoredEvent } from '../../../src/model/event.ts';
import type { EntityHead, EventSource } from '../../../src/model/event-source.ts';
import type { Region } from '../../../src/model/region.ts';
import {
  defineProjection,
  type Projection,
  ProjectionSlots,
} from '../../../src/projections/projection.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** Events in memory: an entity and a number each. Counts how many of them were read. */
class EventList implements EventSource {
  readonly #events: {
    readonly entity: string;
    readonly clock: number;
    readonly payload: number;
  }[] = [];
  readCount = 0;

  append(entity: string, payload: number): void {
    this.#events.push({ entity, clock: this.of(entity).length, payload });
  }

  of(entity: string): number[] {
    return this.#events.filter((event) => event.entity === entity).map(({ payload }) => payload);
  }

  query(): Iterable<IndexEntry> {
    throw new Error('a projection reads events, not entries');
  }

  *events(region: Region): Iterable<StoredEvent> {
    for (const event of this.#events) {
      const { entity, clock } = event;
      if (!region.matches({ entity, clock, scope: 'default', kind: 0x1000 })) continue;
      this.readCount += 1;
      yield event as unknown as StoredEvent;
    }
  }

  head(entity: string): EntityHead | undefined {
    const clock = this.of(entity).length - 1;
    return clock < 0 ? undefined : { clock, sequence: this.#events.length };
  }
}

/** Not commutative, so that an event too many, too few or in the wrong place shows. */
const digits = defineProjection<string>({
  name: 'digits',
  version: 1,
  initial: () => '<',
  apply: (state, event) => `${state}${event.payload}`,
});

const sum = defineProjection<number>({
  name: 'sum',
  version: 1,
  initial: () => 0,
  apply: (state, event) => state + Number(event.payload),
});

function sourceOf(entities: readonly string[]): EventList {
  const source = new EventList();
  for (const entity of entities) source.append(entity, 1);
  return source;
}

/** How many events a projection reads now. */
function cost(slots: ProjectionSlots, source: EventList, entity: string): number {
  const before = source.readCount;
  slots.project(source, sum, entity);
  return source.readCount - before;
}

describe('defineProjection', () => {
  it('gives a frozen copy of what it was told', () => {
    const told = { ...sum };
    const projection = defineProjection(told);
    expect(projection).toEqual(told);
    expect(projection).not.toBe(told);
    expect(Object.isFrozen(projection)).toBe(true);
  });

  it('names the part that is missing or of the wrong type', () => {
    const wrong: [unknown, string][] = [
      [undefined, 'projection'],
      [null, 'projection'],
      [{ ...sum, name: '' }, 'name'],
      [{ ...sum, name: 1 }, 'name'],
      [{ ...sum, version: '1' }, 'version'],
      [{ ...sum, version: 1.5 }, 'version'],
      [{ ...sum, initial: 0 }, 'initial'],
      [{ ...sum, apply: undefined }, 'apply'],
    ];
    for (const [told, field] of wrong) {
      expect(() => defineProjection(told as Projection<unknown>)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field }),
      );
    }
  });
});

describe('ProjectionSlots', () => {
  it('knows no state of an entity without events', () => {
    const source = sourceOf(['a']);
    expect(new ProjectionSlots(10).project(source, sum, 'b')).toBeUndefined();
    expect(source.readCount).toBe(0);
  });

  it('folds the events of an entity in their order, from the initial state', () => {
    const source = new EventList();
    for (const [entity, payload] of [
      ['a', 1],
      ['b', 7],
      ['a', 2],
      ['a', 3],
    ] as const) {
      source.append(entity, payload);
    }
    const slots = new ProjectionSlots(10);
    expect(slots.project(source, digits, 'a')).toBe('<123');
    expect(slots.project(source, digits, 'b')).toBe('<7');
  });

  it('reads nothing for an entity that has not moved, and only what is new otherwise', () => {
    const source = sourceOf(['a', 'a', 'b', 'a']);
    const slots = new ProjectionSlots(10);
    expect(cost(slots, source, 'a')).toBe(3);
    expect(cost(slots, source, 'a')).toBe(0);
    source.append('b', 5);
    expect(cost(slots, source, 'a')).toBe(0);
    source.append('a', 5);
    expect(cost(slots, source, 'a')).toBe(1);
    expect(slots.project(source, sum, 'a')).toBe(8);
  });

  it('keeps a state of undefined, and one for each projection', () => {
    const nothing = defineProjection<undefined>({
      name: 'nothing',
      version: 1,
      initial: () => undefined,
      apply: () => undefined,
    });
    const source = sourceOf(['a', 'a']);
    const slots = new ProjectionSlots(10);
    slots.project(source, nothing, 'a');
    expect(source.readCount).toBe(2);
    slots.project(source, nothing, 'a');
    expect(source.readCount).toBe(2);
    expect(slots.project(source, digits, 'a')).toBe('<11');
  });

  it('takes two projections of one name for two', () => {
    const source = sourceOf(['a']);
    const slots = new ProjectionSlots(10);
    const next = defineProjection({ ...sum, version: 2, apply: () => 100 });
    expect(slots.project(source, sum, 'a')).toBe(1);
    expect(slots.project(source, next, 'a')).toBe(100);
    expect(slots.project(source, sum, 'a')).toBe(1);
  });

  it('keeps nothing of a fold that threw, and goes on from where it stood', () => {
    const source = sourceOf(['a']);
    const slots = new ProjectionSlots(10);
    let broken = false;
    const fragile = defineProjection<number>({
      ...sum,
      apply: (state, event) => {
        if (broken) throw new Error('apply is broken');
        return state + Number(event.payload);
      },
    });
    expect(slots.project(source, fragile, 'a')).toBe(1);
    source.append('a', 10);
    broken = true;
    expect(() => slots.project(source, fragile, 'a')).toThrow('apply is broken');
    broken = false;
    expect(slots.project(source, fragile, 'a')).toBe(11);
  });

  it('drops the state that it has kept longest when there are too many', () => {
    const source = sourceOf(['a', 'b', 'c']);
    const slots = new ProjectionSlots(2);
    for (const entity of ['a', 'b', 'c']) expect(cost(slots, source, entity)).toBe(1);
    expect(cost(slots, source, 'c')).toBe(0);
    expect(cost(slots, source, 'b')).toBe(0);
    expect(cost(slots, source, 'a')).toBe(1);
  });

  it('counts an entity once, however often it moves', () => {
    const source = sourceOf(['a', 'b']);
    const slots = new ProjectionSlots(2);
    slots.project(source, sum, 'b');
    for (let round = 0; round < 5; round += 1) {
      source.append('a', 1);
      slots.project(source, sum, 'a');
    }
    expect([cost(slots, source, 'a'), cost(slots, source, 'b')]).toEqual([0, 0]);
  });

  it('drops the oldest state also when it belongs to another projection', () => {
    const source = sourceOf(['a', 'b', 'c']);
    const slots = new ProjectionSlots(2);
    slots.project(source, sum, 'a');
    slots.project(source, digits, 'b');
    slots.project(source, digits, 'c');
    // The state of `a` was the oldest and is gone. Once it is made again it is the newest.
    expect(cost(slots, source, 'a')).toBe(1);
    expect(cost(slots, source, 'a')).toBe(0);
  });

  it('answers as a fold from the start does, whatever it has kept or dropped', () => {
    const anyStep = fc.record({
      entity: fc.constantFrom('a', 'b', 'c', 'd'),
      payload: fc.nat({ max: 9 }),
      append: fc.boolean(),
      projection: fc.constantFrom<Projection<string | number>>(digits as never, sum as never),
    });
    fc.assert(
      fc.property(fc.array(anyStep), fc.nat({ max: 5 }), (steps, slotsMax) => {
        const source = new EventList();
        const slots = new ProjectionSlots(slotsMax);
        for (const { entity, payload, append, projection } of steps) {
          if (append) source.append(entity, payload);
          const payloads = source.of(entity);
          const fold = payloads.reduce<string | number>(
            (state, each) => projection.apply(state, { payload: each } as unknown as StoredEvent),
            projection.initial(),
          );
          const expected = payloads.length === 0 ? undefined : fold;
          expect(slots.project(source, projection, entity)).toBe(expected);
        }
      }),
      propertyRuns(300),
    );
  });
});
