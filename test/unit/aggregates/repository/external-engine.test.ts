import { repository, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { payment } from '../../../support/effects.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

function charging() {
  const host = new StoreHost();
  const store = host.open();
  const payments = repository(store, payment);
  payments.send('1', { type: 'ordered', cents: 1 });
  const { timers, actors } = payments.load('1')?.pending ?? { timers: [], actors: [] };
  const [timer, actor] = [timers[0], actors[0]];
  if (timer === undefined || actor === undefined) throw new Error('it waits for both');
  const { external } = payments.effectHost;
  const fired = { of: 'timer', key: timer.key, id: timer.id, event: timer.event } as const;
  const output = { receipt: 'r' };
  const done = { of: 'done', key: actor.key, id: actor.id, output } as const;
  return { host, store, payments, external, fired, done };
}

const last = (store: Store) => store.at(store.eventCount - 1);

describe('what has happened outside', () => {
  it('is stored and stepped on once', () => {
    const { store, payments, external, fired } = charging();
    expect(external.settle('payment:1', fired)).toBe('taken');
    expect(payments.load('1')?.value).toBe('failed');
    expect(external.settle('payment:1', fired)).toBe('gone');
    expect(store.eventCount).toBe(2);
  });

  it('is gone, with nothing stored, when a command came before it', () => {
    const { store, payments, external, fired } = charging();
    payments.send('1', { type: 'retried' });
    expect(external.settle('payment:1', fired)).toBe('gone');
    expect(external.settle('payment:2', fired)).toBe('gone');
    expect(store.eventCount).toBe(2);
  });

  it('is kept as discarded when an actor that was stopped has a result', () => {
    const { store, payments, external, done } = charging();
    payments.send('1', { type: 'retried' });
    expect(external.settle('payment:1', done)).toBe('discarded');
    expect(last(store)).toMatchObject({
      kind: 0x0104,
      payload: { reason: 'stopped', of: 'done', key: done.key, id: 'charge', output: done.output },
    });
    expect(payments.load('1')).toMatchObject({ value: 'charging', clock: 2 });
    expect(payments.load('1')?.pending.actors).toHaveLength(1);
    expect(external.settle('payment:1', done)).toBe('gone');
    const failed = { of: 'failed', key: 'x:0', id: 'charge' } as const;
    const error = { name: 'Error', message: 'aborted' };
    expect(external.settle('payment:1', { ...failed, error })).toBe('gone');
  });

  it('is kept as discarded when the machine refuses it, and ends the waiting', () => {
    const { host, store, payments, external, fired } = charging();
    const other = { ...fired, event: { type: 'unheard' } };
    expect(external.settle('payment:1', other)).toBe('discarded');
    expect(last(store)).toMatchObject({
      kind: 0x0104,
      payload: { reason: 'refused', of: 'timer' },
    });
    expect(payments.load('1')?.pending.timers).toEqual([]);
    const folded = repository(host.killed().open(), payment).load('1');
    expect(folded?.pending).toEqual(payments.load('1')?.pending);
    expect(folded?.clock).toBe(1);
  });

  it('waits for a visibility fence', () => {
    const { store, payments, external, fired } = charging();
    const fence = store.beginVisibilityFence();
    expect(thrownBy(() => external.settle('payment:1', fired))).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
    });
    fence.cancel();
    expect(external.settle('payment:1', fired)).toBe('taken');
    expect(payments.load('1')?.value).toBe('failed');
  });

  it('leaves the aggregate as it was when it can not be written', () => {
    const { host, payments, external, fired } = charging();
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => external.settle('payment:1', fired))).toMatchObject({
      code: 'BATPAK_DISK_FULL',
    });
    expect(payments.load('1')?.value).toBe('charging');
    expect(external.settle('payment:1', fired)).toBe('taken');
  });
});
