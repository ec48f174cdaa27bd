import { type ActionCall, effects, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { payment } from '../support/effects.ts';
import { StoreHost } from '../support/store-host.ts';

const beginning = { from: 'beginning' } as const;
const hang = { charge: () => new Promise<never>(() => undefined) };
type Call = ActionCall<{ text: string }>;

describe('custom actions', () => {
  it('run with their params, a key and the id of the aggregate, once', async () => {
    const host = new StoreHost();
    const store = host.open();
    const payments = repository(store, payment);
    const calls: object[] = [];
    const actions = { notify: (call: Call) => void calls.push(call) };
    const runner = effects(payments, { actors: hang, actions }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    expect(calls).toEqual([
      {
        params: { text: 'charging 5' },
        key: `${store.at(0)?.eventId}:0`,
        id: '1',
        attempt: 1,
        signal: expect.any(AbortSignal),
      },
    ]);
    await runner.stop();
    await using again = effects(payments, { actors: hang, actions }).start(beginning);
    await again.idle({ actors: false });
    expect(calls).toHaveLength(1);
  });

  it('are never run by a replay, nor by send', () => {
    const host = new StoreHost();
    const payments = repository(host.open(), payment);
    payments.send('1', { type: 'ordered', cents: 5 });
    const machine = payment.machine.provide({
      actions: {
        notify: () => {
          throw new Error('it ran');
        },
      },
    });
    const again = repository(host.killed().open(), payment);
    expect(again.load('1')?.value).toBe('charging');
    expect(machine).toBeDefined();
  });

  it('keep the order of their aggregate, while those of others go on', async () => {
    const payments = repository(new StoreHost().open(), payment);
    const log: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const actions = {
      notify: async ({ id, params }: Call) => {
        if (id === 'slow') await held;
        log.push(`${id} ${params.text}`);
      },
    };
    payments.send('slow', { type: 'ordered', cents: 1 });
    payments.send('slow', { type: 'retried' });
    payments.send('quick', { type: 'ordered', cents: 2 });
    await using runner = effects(payments, { actors: hang, actions }).start(beginning);
    while (log.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(['quick charging 2']);
    release();
    await runner.idle({ actors: false });
    expect(log.slice(1)).toEqual(['slow charging 1', 'slow charging 1']);
  });

  it('that fail are tried again after a while, then parked, and can be tried later', async () => {
    const host = new StoreHost();
    const payments = repository(host.open(), payment);
    const attempts: number[] = [];
    let broken = true;
    const actions = {
      notify: ({ attempt, id }: Call) => {
        if (id !== '1') return;
        attempts.push(attempt);
        if (broken) throw new Error('no mail today');
      },
    };
    await using runner = effects(payments, { actors: hang, actions, maxTries: 3 }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    for (let turn = 0; turn < 4; turn += 1) {
      for (let tick = 0; tick < 50; tick += 1) await new Promise((done) => setImmediate(done));
      host.timers.advance(10_000);
    }
    await runner.idle({ actors: false });
    expect(attempts).toEqual([1, 2, 3]);
    expect(runner.parked).toMatchObject([{ sequence: 0 }]);
    // The actor of the same event runs all the same.
    expect(runner.runningActors).toBe(1);
    broken = false;
    runner.retryParked(0);
    await runner.idle({ actors: false });
    expect([attempts.length, runner.parked]).toEqual([4, []]);
  });

  it('of the machine itself see event and context as they were', async () => {
    const payments = repository(new StoreHost().open(), payment);
    const seen: unknown[] = [];
    const machine = payment.machine.provide({
      actions: {
        notify: ({ context, event, self }, params) => {
          seen.push([context.cents, event, self.id.endsWith(':0'), params]);
        },
      },
    });
    const { defineAggregate } = await import('batpak');
    const provided = defineAggregate({ ...payment.options, machine });
    const own = repository(payments.effectHost.store, provided);
    own.send('1', { type: 'ordered', cents: 5 });
    await using runner = effects(own, { actors: hang }).start(beginning);
    await runner.idle({ actors: false });
    expect(seen).toEqual([[5, { type: 'ordered', cents: 5 }, true, { text: 'charging 5' }]]);
  });
});
