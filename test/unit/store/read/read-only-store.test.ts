import { describe, expect, it } from 'vitest';
import { FollowerHost } from '../../../support/follower-host.ts';
import { appendSome, StoreHost, someKind } from '../../../support/store-host.ts';

describe('ReadOnlyStore', () => {
  it('counts events by themselves, and all of them when it begins anew', () => {
    const host = new StoreHost();
    const follower = new FollowerHost(host);
    const reader = follower.open();
    appendSome(host.open(), 3);
    expect(reader.refresh()).toEqual({ events: 3, rebuilt: false });
    const other = new StoreHost(undefined, 20);
    appendSome(other.open(), 2);
    follower.moveTo(other);
    expect(reader.refresh()).toEqual({ events: 2, rebuilt: true });
  });

  it('raises its generation when what was folded counts no more, and only then', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 1);
    const follower = new FollowerHost(host);
    const reader = follower.open();
    const { logGeneration } = reader;
    store.append('a', someKind, 2);
    reader.refresh();
    expect(reader.logGeneration).toBe(logGeneration);
    const other = new StoreHost(undefined, 20);
    appendSome(other.open(), 2);
    follower.moveTo(other);
    reader.refresh();
    expect(reader.logGeneration).toBe(logGeneration + 1);
  });

  it('is closed where its block ends', () => {
    const host = new StoreHost();
    appendSome(host.open(), 1);
    const follower = new FollowerHost(host);
    const reader = follower.open();
    {
      using scoped = reader;
      expect(scoped.at(0)?.sequence).toBe(0);
    }
    expect(follower.plan.count('open')).toBe(follower.plan.count('close'));
  });
});
