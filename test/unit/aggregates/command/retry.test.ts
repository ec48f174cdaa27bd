import { describe, expect, it } from 'vitest';
import { earlierReceipt } from '../../../../src/aggregates/command/retry.ts';
import { commandFingerprint } from '../../../../src/aggregates/fold/stamp.ts';
import { repository } from '../../../../src/aggregates/repository/repository.ts';
import { door } from '../../../support/aggregates.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('earlierReceipt', () => {
  const store = new StoreHost().open();
  const doors = repository(store, door);
  const first = doors.send('1', { type: 'rang', times: 1 }, { idempotencyKey: 'one' });
  const fingerprint = commandFingerprint('door:1', 'rang', { times: 1 });

  it('is none without a key, and for a key that nobody used', () => {
    expect(earlierReceipt(store, 'door:1', undefined, fingerprint)).toBeUndefined();
    expect(earlierReceipt(store, 'door:1', 'one', undefined)).toBeUndefined();
    expect(earlierReceipt(store, 'door:1', 'two', fingerprint)).toBeUndefined();
  });

  it('is the receipt of the event that bears the key, as durable as it is by now', () => {
    const eventId = first.accepted ? first.receipt.eventId : '';
    expect(earlierReceipt(store, 'door:1', 'one', fingerprint)).toMatchObject({
      eventId,
      sequence: 0,
      durability: 'written',
      replayed: true,
    });
    store.sync();
    expect(earlierReceipt(store, 'door:1', 'one', fingerprint)?.durability).toBe('durable');
  });

  it('is a conflict for another entity or another command', () => {
    const other = commandFingerprint('door:1', 'rang', { times: 2 });
    expect(thrownBy(() => earlierReceipt(store, 'door:2', 'one', fingerprint))).toMatchObject({
      differs: 'entity',
    });
    expect(thrownBy(() => earlierReceipt(store, 'door:1', 'one', other))).toMatchObject({
      differs: 'command',
    });
  });
});
