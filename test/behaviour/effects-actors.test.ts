import { type ActorCall, effects, Region, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { payment } from '../support/effects.ts';
import { StoreHost } from '../support/store-host.ts';

const beginning = { from: 'beginning' } as const;
type Call = ActorCall<{ cents: number }>;

/** Actors that end when the test says so. */
function charges() {
  const calls: (Call & { done: (receipt: string) => void; fail: (cause: unknown) => void })[] = [];
  const charge = (call: Call): Promise<{ receipt: string }> =>
    new Promise((resolve, reject) => {
      calls.push({ ...call, done: (receipt) => resolve({ receipt }), fail: reject });
    });
  return { calls, actors: { charge } };
}

describe('promise actors', () => {
  it('fail with an error that the machine can read', async () => {
    const { calls, actors } = charges();
    const payments = repository(new StoreHost().open(), payment);
    await using runner = effects(payments, { actors }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    calls[0]?.fail(Object.assign(new Error('no funds'), { code: 'E_FUNDS' }));
    await runner.idle();
    expect(payments.load('1')).toMatchObject({
      value: 'failed',
      context: { problem: 'no funds' },
    });
    expect([...payments.history('1')].at(-1)).toMatchObject({
      role: 'result',
      id: 'charge',
      event: { type: 'xstate.error.actor.charge', error: { name: 'Error', code: 'E_FUNDS' } },
    });
  });

  it('are told by their signal when their state is left, and start anew on re-entry', async () => {
    const { calls, actors } = charges();
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    await using runner = effects(payments, { actors }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    payments.send('1', { type: 'retried' });
    await runner.idle({ actors: false });
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(2);
    // What the first one brought about all the same is kept, and is not taken for the second's.
    calls[0]?.done('late');
    await new Promise((resolve) => setImmediate(resolve));
    await runner.idle({ actors: false });
    expect(payments.load('1')?.value).toBe('charging');
    expect([...store.events(Region.all().withKind(0x0104))].map(({ payload }) => payload)).toEqual([
      expect.objectContaining({
        reason: 'stopped',
        key: calls[0]?.key,
        output: { receipt: 'late' },
      }),
    ]);
    calls[1]?.done('second');
    await runner.idle();
    expect(payments.load('1')?.context.receipt).toBe('second');
  });

  it('that were running run again after a restart, under the same key', async () => {
    const host = new StoreHost();
    const { calls, actors } = charges();
    const store = host.open();
    const payments = repository(store, payment);
    const runner = effects(payments, { actors }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    const after = host.killed().open();
    calls[0]?.done('done just before it was killed');
    const again = repository(after, payment);
    await using second = effects(again, { actors }).start(beginning);
    await second.idle({ actors: false });
    expect(calls.map(({ key }) => key === calls[0]?.key)).toEqual([true, true]);
    calls[1]?.done('r');
    await second.idle();
    expect(again.load('1')?.context.receipt).toBe('r');
    await runner.stop();
  });

  it('whose result is stored do not run again, wherever the process is killed', async () => {
    const host = new StoreHost();
    const { calls, actors } = charges();
    const payments = repository(host.open(), payment);
    const runner = effects(payments, { actors }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    calls[0]?.done('r');
    await runner.idle();
    const again = repository(host.killed().open(), payment);
    await using second = effects(again, { actors }).start(beginning);
    await second.idle();
    expect([calls.length, again.load('1')?.context.receipt]).toEqual([1, 'r']);
    await runner.stop();
  });

  it('are aborted by stop, which waits for none of them, and run at the next start', async () => {
    const { calls, actors } = charges();
    const payments = repository(new StoreHost().open(), payment);
    const runner = effects(payments, { actors }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    await runner.stop();
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.done('too late');
    await using again = effects(payments, { actors }).start(beginning);
    await again.idle({ actors: false });
    expect([calls.length, payments.load('1')?.value]).toEqual([2, 'charging']);
  });

  it('wait until the event that started them would survive power loss', async () => {
    const host = new StoreHost();
    const store = host.open({ sync: { everyNEvents: 1_000_000 } });
    const payments = repository(store, payment);
    const seen: unknown[] = [];
    const charge = () => {
      const lost = repository(host.afterPowerLoss().open(), payment);
      seen.push(lost.load('1')?.value);
      return { receipt: 'r' };
    };
    await using runner = effects(payments, { actors: { charge } }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    expect(store.durableThrough()).toBeUndefined();
    await runner.idle();
    expect(seen).toEqual(['charging']);
  });

  it('run so many at once', async () => {
    const { calls, actors } = charges();
    const payments = repository(new StoreHost().open(), payment);
    await using runner = effects(payments, { actors, concurrency: 2 }).start(beginning);
    for (const id of ['1', '2', '3']) payments.send(id, { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    expect([calls.length, runner.runningActors]).toEqual([2, 3]);
    calls[1]?.done('r');
    await runner.idle({ actors: false });
    expect(calls.map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  it('of before are left alone when effects begin now, also after a restart', async () => {
    const host = new StoreHost();
    const { calls, actors } = charges();
    const store = host.open();
    const payments = repository(store, payment);
    payments.send('old', { type: 'ordered', cents: 1 });
    const runner = effects(payments, { actors }).start({ from: 'now' });
    payments.send('new', { type: 'ordered', cents: 2 });
    await runner.idle({ actors: false });
    expect(calls.map(({ id }) => id)).toEqual(['new']);
    const again = repository(host.killed().open(), payment);
    again.send('newer', { type: 'ordered', cents: 3 });
    await using second = effects(again, { actors }).start({ from: 'now' });
    await second.idle({ actors: false });
    expect(calls.map(({ id }) => id)).toEqual(['new', 'new', 'newer']);
    await runner.stop();
  });
});
