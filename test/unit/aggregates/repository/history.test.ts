import { describe, expect, it } from 'vitest';
import { AggregateReader } from '../../../../src/aggregates/fold/aggregate-reader.ts';
import { historyOf } from '../../../../src/aggregates/repository/history.ts';
import { repository } from '../../../../src/aggregates/repository/repository.ts';
import { door } from '../../../support/aggregates.ts';
import { StoreHost } from '../../../support/store-host.ts';

describe('historyOf', () => {
  it('folds no further than it is asked for', () => {
    const host = new StoreHost();
    const store = host.open();
    const doors = repository(store, door);
    for (let n = 0; n < 200; n += 1) doors.send('1', { type: 'rang', times: n + 1 });
    const reader = new AggregateReader(store, door, { maxEntities: 10 });
    const before = host.plan.count('read', '.fbat');
    for (const { role, state } of historyOf(reader, door, 'door:1')) {
      expect([role, state?.clock]).toEqual(['input', 0]);
      break;
    }
    const first = host.plan.count('read', '.fbat') - before;
    expect([...historyOf(reader, door, 'door:1')]).toHaveLength(400);
    expect(host.plan.count('read', '.fbat') - before - first).toBeGreaterThanOrEqual(first);
  });
});
