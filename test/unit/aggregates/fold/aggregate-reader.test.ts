import { repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { nothingPending } from '../../../../src/aggregates/effects/pending.ts';
import { AggregateReader } from '../../../../src/aggregates/fold/aggregate-reader.ts';
import { plainReport } from '../../../../src/aggregates/fold/fold-report.ts';
import { door } from '../../../support/aggregates.ts';
import { FollowerHost } from '../../../support/follower-host.ts';
import { StoreHost, someKind } from '../../../support/store-host.ts';

describe('an aggregate reader', () => {
  it('has nothing of an entity without events, and only a clock of one with foreign events', () => {
    const store = new StoreHost().open();
    const reader = new AggregateReader(store, door, { maxEntities: 10 });
    expect(reader.current('door:1')).toEqual({
      snapshot: undefined,
      clock: -1,
      report: plainReport,
      pending: nothingPending,
    });
    store.append('door:1', someKind, 1);
    expect(reader.current('door:1')).toEqual({
      snapshot: undefined,
      clock: 0,
      report: { ...plainReport, foreign: { count: 1, firstSequence: 0 } },
      pending: nothingPending,
    });
  });

  it('folds on what it kept when the store is refreshed', () => {
    const host = new StoreHost();
    const doors = repository(host.open(), door);
    doors.send('1', { type: 'opened', by: 'kim' });
    const store = new FollowerHost(host).open();
    const reader = new AggregateReader(store, door, { maxEntities: 10 });
    const opened = reader.current('door:1');
    expect(opened.snapshot?.value).toBe('open');
    doors.send('1', { type: 'closed' });
    expect(reader.current('door:1')).toBe(opened);
    store.refresh();
    const closed = reader.current('door:1');
    expect(closed.snapshot?.value).toBe('closed');
    expect(closed.clock).toBeGreaterThan(opened.clock);
    expect(reader.at('door:1', { clock: opened.clock })?.snapshot.value).toBe('open');
  });

  it('forgets what it kept of a log that is no more', () => {
    const host = new StoreHost();
    const doors = repository(host.open(), door);
    doors.send('1', { type: 'opened', by: 'kim' });
    const follower = new FollowerHost(host);
    const store = follower.open();
    const reader = new AggregateReader(store, door, { maxEntities: 10 });
    const before = reader.current('door:1');
    expect(before.snapshot?.context).toMatchObject({ by: ['kim'] });
    const other = new StoreHost(undefined, 50);
    repository(other.open(), door).send('1', { type: 'opened', by: 'lou' });
    follower.moveTo(other);
    expect(store.refresh().rebuilt).toBe(true);
    // Of the same entity and clock as what it kept.
    expect(reader.current('door:1')).toMatchObject({
      clock: before.clock,
      snapshot: { context: { by: ['lou'] } },
    });
  });
});
