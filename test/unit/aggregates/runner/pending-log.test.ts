import { repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { PendingLog } from '../../../../src/aggregates/runner/pending-log.ts';
import type { Store } from '../../../../src/store/store.ts';
import { payment } from '../../../support/effects.ts';
import { StoreHost } from '../../../support/store-host.ts';

function logOf(store: Store, from = 0) {
  const told: string[] = [];
  const log = new PendingLog(store, 'payment', from, {
    timerSet: (entity, sequence) => void told.push(`set ${entity} ${sequence}`),
    timerEnded: () => void told.push('timer ended'),
    actorEnded: () => void told.push('actor ended'),
  });
  return { log, told };
}

describe('what is waited for, along the log', () => {
  it('is told as it comes and goes, of the aggregates of one definition', () => {
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    const { log, told } = logOf(store);
    payments.send('1', { type: 'ordered', cents: 1 });
    store.append('payment', 0x1abc, 1);
    store.append('payments:1', 0x1abc, 1);
    expect(log.read(10)).toBe(true);
    expect([told, log.position, log.watermark]).toEqual([['set payment:1 0'], 3, 0]);
    const [actor] = log.actors();
    expect(actor).toMatchObject({ entity: 'payment:1', sequence: 0, id: 'charge' });
    expect(log.actor(actor?.key ?? '')).toBe(actor);
    payments.send('1', { type: 'retried' });
    log.read(10);
    expect(told.slice(1)).toEqual(['timer ended', 'actor ended', 'set payment:1 3']);
    expect([[...log.actors()].length, log.watermark]).toEqual([1, 3]);
    payments.send('1', { type: 'cancelled' });
    log.read(10);
    expect([[...log.actors()], log.watermark]).toEqual([[], 5]);
  });

  it('is read in parts', () => {
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    for (const id of ['1', '2', '3']) payments.send(id, { type: 'ordered', cents: 1 });
    const { log, told } = logOf(store, 1);
    expect([log.read(1), log.position]).toEqual([false, 2]);
    expect([log.read(1), log.position, log.read(1)]).toEqual([true, 3, true]);
    expect(told).toEqual(['set payment:2 1', 'set payment:3 2']);
  });

  it('knows the event of a timer for as long as that waits', () => {
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    payments.send('1', { type: 'ordered', cents: 1 });
    const { log } = logOf(store);
    log.read(10);
    const [timer] = payments.load('1')?.pending.timers ?? [];
    expect(log.timer('payment:1', timer?.key ?? '')).toEqual({
      ...{ of: 'timer', key: timer?.key, id: timer?.id, event: timer?.event },
    });
    expect(log.timer('payment:1', 'other')).toBeUndefined();
    expect(log.timer('payment:2', timer?.key ?? '')).toBeUndefined();
  });
});
