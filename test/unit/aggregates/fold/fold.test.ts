import { describe, expect, it } from 'vitest';
import { CompiledStepper } from '../../../../src/aggregates/compile/compiled-stepper.ts';
import { AggregateFold } from '../../../../src/aggregates/fold/fold.ts';
import { repository } from '../../../../src/aggregates/repository/repository.ts';
import { Region } from '../../../../src/model/region.ts';
import { door, doorMachine } from '../../../support/aggregates.ts';
import { StoreHost, someKind } from '../../../support/store-host.ts';

describe('a fold', () => {
  it('takes events one by one, skips emitted and foreign ones, and counts the foreign', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('1', { type: 'opened', by: 'kim' });
    store.append('door:1', someKind, 'foreign');
    doors.send('1', { type: 'closed' });
    const fold = new AggregateFold(door, new CompiledStepper(doorMachine), 'door:1');
    expect([fold.clock, fold.report.foreign.count, fold.result()]).toEqual([-1, 0, undefined]);
    const seen: unknown[] = [];
    for (const event of store.events(Region.entity('door:1'))) {
      fold.take(event);
      seen.push([fold.clock, fold.report.foreign.count, fold.result()?.value]);
    }
    expect(seen).toEqual([
      [0, 0, 'open'],
      [1, 0, 'open'],
      [2, 1, 'open'],
      [3, 1, 'closed'],
    ]);
  });

  it('goes on from a state that was folded before', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('1', { type: 'opened', by: 'kim' });
    doors.send('1', { type: 'closed' });
    const stepper = new CompiledStepper(doorMachine);
    const first = new AggregateFold(door, stepper, 'door:1');
    const events = [...store.events(Region.entity('door:1'))];
    for (const event of events.slice(0, 2)) first.take(event);
    const from = first.folded();
    const next = new AggregateFold(door, stepper, 'door:1', from);
    expect(next.result()?.value).toBe('open');
    for (const event of events.slice(2)) next.take(event);
    expect(next.result()).toMatchObject({ value: 'closed', context: { openings: 1 } });
    expect(next.clock).toBe(2);
  });
});
