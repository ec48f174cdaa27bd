import { describe, expect, it } from 'vitest';
import { Repository, repository } from '../../../src/aggregates/repository.ts';
import { door } from '../../support/aggregates.ts';
import { StoreHost } from '../../support/store-host.ts';

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
});
