import { effects, Region, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { payment } from '../support/effects.ts';
import { StoreHost } from '../support/store-host.ts';

describe('an invoked promise actor', () => {
  it('runs when its cause is durable, and its result is stored and stepped on', async () => {
    const host = new StoreHost();
    const store = host.open();
    const payments = repository(store, payment);
    const calls: object[] = [];
    await using runner = effects(payments, {
      actors: {
        charge: ({ input, key, id }) => {
          calls.push({ input, key, id, durable: store.durableThrough() });
          return { receipt: 'r-1' };
        },
      },
    }).start({ from: 'beginning' });
    payments.send('1', { type: 'ordered', cents: 500 });
    expect(calls).toEqual([]);
    await runner.idle();
    const ordered = store.at(0);
    // The action is its first effect, the actor the second, the timer the third.
    expect(calls).toEqual([
      { input: { cents: 500 }, key: `${ordered?.eventId}:1`, id: '1', durable: 0 },
    ]);
    expect(payments.load('1')).toMatchObject({
      status: 'done',
      value: 'paid',
      context: { cents: 500, receipt: 'r-1' },
      pending: { timers: [], actors: [] },
    });
    expect(store.at(1)).toMatchObject({
      entity: 'payment:1',
      kind: 0x0102,
      payload: { key: `${ordered?.eventId}:1`, id: 'charge', output: { receipt: 'r-1' } },
      causationId: ordered?.eventId,
      correlationId: ordered?.eventId,
    });
  });
});

describe('a delay', () => {
  it('is a timer that fires after a restart, once', async () => {
    const host = new StoreHost();
    const hang = { actors: { charge: () => new Promise<never>(() => undefined) } };
    const store = host.open();
    const payments = repository(store, payment);
    const runner = effects(payments, hang).start({ from: 'beginning' });
    payments.send('1', { type: 'ordered', cents: 500 });
    await runner.idle({ actors: false });
    expect(runner.waitingTimers).toBe(1);
    host.timers.advance(59_000);
    await runner.idle({ actors: false });
    expect(payments.load('1')?.value).toBe('charging');
    expect(await runner.stop()).toEqual({ state: 'stopped' });
    store.close();
    host.clock.advance(5_000_000);
    const again = host.open();
    const reopened = repository(again, payment);
    expect(reopened.load('1')?.pending.timers).toHaveLength(1);
    await using second = effects(reopened, hang).start({ from: 'beginning' });
    await second.idle();
    expect(reopened.load('1')).toMatchObject({ value: 'failed', context: { problem: 'too late' } });
    host.timers.advance(600_000);
    await second.idle();
    const kinds = [...again.query(Region.all())].map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 0x0101)).toHaveLength(1);
  });
});
