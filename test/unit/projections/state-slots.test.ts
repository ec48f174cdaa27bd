import { describe, expect, it } from 'vitest';
import { defineProjection } from '../../../src/projections/projection.ts';
import { type Slot, StateSlots } from '../../../src/projections/state-slots.ts';

const fold = { name: 'n', version: 1, initial: () => 0, apply: (state: number) => state };
const one = defineProjection(fold);
const two = defineProjection(fold);

function slotOf(projection: Slot['projection'], entity: string): Slot {
  return {
    ...{ projection, entity, watermark: 0, changedAt: 0 },
    ...{ foldedAtUs: 0, state: entity, unkept: 0 },
  };
}

describe('StateSlots', () => {
  it('finds a state by its projection, two of one name being two, and its entity', () => {
    const slots = new StateSlots(10, () => undefined);
    const slot = slotOf(one, 'a');
    slots.keep(slot);
    expect(slots.find(one, 'a')).toBe(slot);
    expect(slots.find(two, 'a')).toBeUndefined();
    expect(slots.find(one, 'b')).toBeUndefined();
    slots.clear();
    expect(slots.find(one, 'a')).toBeUndefined();
  });

  it('drops the state that was kept longest ago when there are too many, and tells', () => {
    const dropped: string[] = [];
    const slots = new StateSlots(2, ({ entity }) => void dropped.push(entity));
    slots.keep(slotOf(one, 'a'));
    slots.keep(slotOf(two, 'b'));
    slots.keep(slots.find(one, 'a') ?? slotOf(one, 'none'));
    expect(dropped).toEqual([]);
    slots.keep(slotOf(one, 'c'));
    expect(dropped).toEqual(['b']);
    expect([...slots.values()].map(({ entity }) => entity)).toEqual(['a', 'c']);
  });
});
