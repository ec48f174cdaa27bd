import { describe, expect, it } from 'vitest';
import { AggregateReader } from '../../../../src/aggregates/fold/aggregate-reader.ts';
import { repository } from '../../../../src/aggregates/repository/repository.ts';
import { Snapshots } from '../../../../src/aggregates/snapshots/snapshots.ts';
import { door } from '../../../support/aggregates.ts';
import { SnapshotMap } from '../../../support/snapshot-map.ts';
import { StoreHost } from '../../../support/store-host.ts';

describe('snapshots', () => {
  it('give a state back up to the clock that is asked for, and a machine can step from it', () => {
    const store = new StoreHost().open();
    const cache = new SnapshotMap();
    const doors = repository(store, door, { snapshots: { cache, everyEvents: 1 } });
    doors.send('1', { type: 'opened', by: 'kim' });
    const { stepper } = new AggregateReader(store, door, { maxEntities: 10 });
    const snapshots = new Snapshots(store, door, stepper, { cache });
    expect(snapshots.find('door:2', 0)).toBeUndefined();
    expect(snapshots.find('door:1', -1)).toBeUndefined();
    const found = snapshots.find('door:1', 1);
    expect(found).toMatchObject({
      clock: 0,
      snapshot: { value: 'open', context: { openings: 1 } },
    });
    if (found === undefined) return;
    expect(stepper.step(found.snapshot, { type: 'closed' }).snapshot.value).toBe('closed');
  });
});
