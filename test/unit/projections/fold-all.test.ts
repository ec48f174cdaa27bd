import { describe, expect, it } from 'vitest';
import { defineEvent } from '../../../src/model/event-definition.ts';
import { Region } from '../../../src/model/region.ts';
import { foldAll } from '../../../src/projections/fold-all.ts';
import { defineProjection } from '../../../src/projections/projection.ts';
import { ProjectedList } from '../../support/projected-list.ts';

const Moved = defineEvent({ name: 'moved' });
const count = defineProjection({
  ...{ name: 'count', version: 1, reads: 'entries', initial: () => 0 },
  apply: (state: number) => state + 1,
});
const moves = defineProjection({
  ...{ name: 'moves', version: 1, events: [Moved], initial: () => 0 },
  apply: (state: number) => state + 1,
});
const entities = defineProjection({
  ...{ name: 'entities', version: 1, reads: 'entries', initial: () => '' },
  apply: (state: string, { entity }) => state + entity,
});

function listOf(): ProjectedList {
  const list = new ProjectedList();
  list.kinds.set('moved', 0x1001);
  list.append('a', 1, 0x1001);
  list.append('b', 1);
  list.append('a', 1, 0x1001);
  return list;
}

describe('foldAll', () => {
  it('folds by all of them in one pass', () => {
    const list = listOf();
    expect(foldAll(list, [count, moves, entities], Region.all())).toEqual([3, 2, 'aba']);
    expect([list.readCount, list.entryCount]).toEqual([3, 0]);
    expect(foldAll(list, [count, moves], Region.entity('b'))).toEqual([1, 0]);
  });

  it('reads entries when all of them do', () => {
    const list = listOf();
    expect(foldAll(list, [count, entities, count], Region.all())).toEqual([3, 'aba', 3]);
    expect([list.readCount, list.entryCount]).toEqual([0, 3]);
  });

  it('gives initial states where there are no events, and none for none', () => {
    expect(foldAll(new ProjectedList(), [count, entities], Region.all())).toEqual([0, '']);
    expect(foldAll(listOf(), [], Region.all())).toEqual([]);
  });

  it('takes up to 64', () => {
    const many = new Array<typeof count>(65).fill(count);
    expect(foldAll(listOf(), many.slice(1), Region.all())).toHaveLength(64);
    expect(() => foldAll(listOf(), many, Region.all())).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'projections' }),
    );
  });
});
