import { describe, expect, it } from 'vitest';
import { type AnyEventDefinition, defineEvent } from '../../../src/model/event-definition.ts';
import { Region } from '../../../src/model/region.ts';
import { type Folding, foldOn, kindsRead } from '../../../src/projections/fold.ts';
import { defineProjection } from '../../../src/projections/projection.ts';
import { ProjectedList } from '../../support/projected-list.ts';

const Moved = defineEvent({ name: 'moved' });
const Died = defineEvent({ name: 'died' });
const Unused = defineEvent({ name: 'unused' });
const fold = {
  ...{ name: 'list', version: 1, initial: (): string => '' },
  apply: (state: string, event: { readonly sequence: number }) => `${state}${event.sequence}`,
};
const movedKind = 0x1001;
const diedKind = 0x1002;

function listOf(): ProjectedList {
  const list = new ProjectedList();
  list.kinds.set('moved', movedKind).set('died', diedKind);
  for (const kind of [movedKind, 0x2000, diedKind, movedKind]) list.append('a', 1, kind);
  return list;
}

function folded(
  list: ProjectedList,
  events: readonly AnyEventDefinition[] | undefined,
  region = Region.all(),
  after = -1,
): Folding<string> {
  const projection = defineProjection({ ...fold, ...(events === undefined ? {} : { events }) });
  const folding: Folding<string> = { state: '', changedAt: -1, count: 0 };
  foldOn(list, projection, region, after, folding);
  return folding;
}

describe('foldOn', () => {
  it('applies all events of the region behind a sequence, in their order', () => {
    expect(folded(listOf(), undefined)).toEqual({ state: '0123', changedAt: 3, count: 4 });
    expect(folded(listOf(), undefined, Region.all(), 1).state).toBe('23');
    expect(folded(listOf(), undefined, Region.entity('b')).count).toBe(0);
  });

  it('applies only the events that the fold names', () => {
    expect(folded(listOf(), [Moved])).toEqual({ state: '03', changedAt: 3, count: 2 });
    expect(folded(listOf(), [Moved, Died]).state).toBe('023');
    expect(folded(listOf(), [Died, Unused])).toEqual({ state: '2', changedAt: 2, count: 1 });
    expect(folded(listOf(), [Unused]).count).toBe(0);
  });

  it('keeps to the kind of the region', () => {
    const region = Region.all().withKind(diedKind);
    expect(folded(listOf(), [Moved], region).state).toBe('');
    expect(folded(listOf(), [Moved, Died], region).state).toBe('2');
  });

  it('reads no event of another kind when it names one, and none of a name without a kind', () => {
    const list = listOf();
    folded(list, [Moved]);
    expect(list.readCount).toBe(2);
    folded(list, [Unused]);
    expect(list.readCount).toBe(2);
  });

  it('reads entries when they are all that is asked for', () => {
    const list = listOf();
    const folding: Folding<string> = { state: '', changedAt: -1, count: 0 };
    foldOn(list, defineProjection({ ...fold, reads: 'entries' }), Region.all(), -1, folding);
    expect([folding.state, list.readCount, list.entryCount]).toEqual(['0123', 0, 4]);
  });

  it('leaves what was folded as it was when an event can not be applied', () => {
    const broken = defineProjection({
      ...fold,
      apply: (state: string, { sequence }) => {
        if (sequence === 2) throw new Error('broken');
        return `${state}x`;
      },
    });
    const folding: Folding<string> = { state: 'before', changedAt: 9, count: 0 };
    expect(() => foldOn(listOf(), broken, Region.all(), -1, folding)).toThrow('broken');
    expect(folding).toEqual({ state: 'before', changedAt: 9, count: 0 });
  });
});

describe('kindsRead', () => {
  it('are the numbers that the store has for the names, or no limit', () => {
    const events = [Moved, Unused];
    expect([...(kindsRead(listOf(), defineProjection({ ...fold, events })) ?? [])]).toEqual([
      [movedKind, Moved],
    ]);
    expect(kindsRead(listOf(), defineProjection(fold))).toBeUndefined();
  });
});
