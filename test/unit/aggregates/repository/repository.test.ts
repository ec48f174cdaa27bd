import { describe, expect, it } from 'vitest';
import {
  ReadOnlyRepository,
  Repository,
  repository,
} from '../../../../src/aggregates/repository/repository.ts';
import { door } from '../../../support/aggregates.ts';
import { FollowerHost } from '../../../support/follower-host.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('repository', () => {
  it('makes the repository of a definition in a store', () => {
    const doors = repository(new StoreHost().open(), door);
    expect(doors).toBeInstanceOf(Repository);
    expect(doors.load('1')).toBeUndefined();
    expect(doors.stateAt('1', { sequence: 0 })).toBeUndefined();
    expect(doors.foreignEvents('1')).toBe(0);
    expect(doors.send('1', { type: 'touched' })).toMatchObject({ accepted: true });
    expect(doors.create('2', undefined)).toMatchObject({ accepted: true });
    expect(doors.load('2')).toMatchObject({ status: 'active', value: 'closed' });
  });

  it('reads and takes no commands in a store that is open for reading only', () => {
    const host = new StoreHost();
    const doors = repository(host.open(), door);
    doors.send('1', { type: 'opened', by: 'kim' });
    const reader = new FollowerHost(host).open();
    const read = repository(reader, door);
    expect(read).toBeInstanceOf(ReadOnlyRepository);
    expect(read).not.toBeInstanceOf(Repository);
    expect('send' in read).toBe(false);
    expect(read.load('1')).toMatchObject({ value: 'open', context: { by: ['kim'] } });
    expect(read.stateAt('1', { clock: 0 })).toMatchObject({ status: 'active' });
    expect(read.foreignEvents('1')).toBe(0);
    doors.send('1', { type: 'closed' });
    reader.refresh();
    expect(read.load('1')).toMatchObject({ value: 'closed' });
    reader.close();
    expect(thrownBy(() => read.load('1'))).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
  });

  it('refuses what is no store', () => {
    const nothing: unknown = { head: () => undefined };
    expect(thrownBy(() => repository(nothing as never, door))).toMatchObject({ field: 'store' });
  });
});
