import { defineAggregate, defineEvent, effects, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { fromPromise, setup } from 'xstate';
import { payment } from '../support/effects.ts';
import { StoreHost } from '../support/store-host.ts';

const beginning = { from: 'beginning' } as const;
const moves = {} as { events: { type: 'moved' }; context: object };
const actors = { charge: () => Promise.resolve({ receipt: 'r' }) };
const hang = { charge: () => new Promise<never>(() => undefined) };

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((done) => setImmediate(done));
}

describe('a runner of effects', () => {
  it('keeps a result while a fence is open, and stores it then', async () => {
    const host = new StoreHost();
    const store = host.open();
    const payments = repository(store, payment);
    await using runner = effects(payments, { actors }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    const fence = store.beginVisibilityFence();
    await turns(50);
    expect(payments.load('1')?.value).toBe('charging');
    fence.commit();
    host.timers.advance(60_000);
    await runner.idle();
    expect([payments.load('1')?.value, runner.failures]).toEqual(['paid', []]);
  });

  it('keeps a timer that a full disk refuses, however often', async () => {
    const host = new StoreHost();
    const payments = repository(host.open(), payment);
    const options = { actors: hang, maxFailures: 1 };
    await using runner = effects(payments, options).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    for (let times = 0; times < 5; times += 1) {
      host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
      host.timers.advance(60_000);
      await turns(50);
    }
    host.timers.advance(60_000);
    await runner.idle();
    expect(payments.load('1')?.value).toBe('failed');
  });

  it('ends when the store is closed under it', async () => {
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    const runner = effects(payments, { actors: hang }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    await runner.idle({ actors: false });
    store.close();
    expect(await runner.ended).toEqual({ state: 'stopped' });
  });

  it('gives up when the log can not be read, and says why', async () => {
    const host = new StoreHost();
    const store = host.open();
    const payments = repository(store, payment);
    payments.send('1', { type: 'ordered', cents: 5 });
    store.close();
    const damaged = new StoreHost(host.files.clone(), 7);
    const name = damaged.segmentNames()[0] ?? '';
    const again = repository(damaged.open(), payment);
    damaged.flip(name, damaged.read(name).length - 200);
    const runner = effects(again, { actors, maxFailures: 2 }).start(beginning);
    for (let times = 0; times < 4; times += 1) {
      await turns(20);
      damaged.timers.advance(60_000);
    }
    expect(await runner.ended).toMatchObject({
      state: 'exhausted',
      failure: { code: 'BATPAK_CORRUPT_SEGMENT' },
    });
  });

  it('gives up with the worker that runs its actions, and aborts its actors', async () => {
    const host = new StoreHost();
    const payments = repository(host.open(), payment);
    const signals: AbortSignal[] = [];
    const runner = effects(payments, {
      actors: {
        charge: ({ signal }) => {
          signals.push(signal);
          return new Promise(() => undefined);
        },
      },
      actions: { notify: () => Promise.reject(new Error('no mail')) },
      maxTries: 1,
      maxParked: 0,
    }).start(beginning);
    payments.send('1', { type: 'ordered', cents: 5 });
    expect(await runner.ended).toEqual({ state: 'exhausted', failure: new Error('no mail') });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await effects(payments).start(beginning).stop();
  });

  it('leaves a timer that the machine throws on, tells of it, and goes on', async () => {
    const host = new StoreHost();
    const told: unknown[] = [];
    const logger = { warn: () => undefined, error: (facts: object) => void told.push(facts) };
    const store = host.open({ logger });
    let broken = true;
    const machine = setup({
      types: moves,
      guards: {
        sound: () => {
          if (broken) throw new Error('a defect');
          return true;
        },
      },
    }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { after: { 10: { guard: 'sound', target: 'b' } } }, b: {} },
    });
    const events = { moved: defineEvent<object>({ name: 'moved' }) };
    const things = repository(
      store,
      defineAggregate({ name: 'thing', version: 1, machine, events }),
    );
    things.create('1');
    const runner = effects(things).start(beginning);
    await runner.idle();
    host.timers.advance(10);
    await runner.idle();
    expect(runner.failures).toMatchObject([
      { entity: 'thing:1', cause: { code: 'BATPAK_MACHINE_DEFECT' } },
    ]);
    expect([store.eventCount, told.length]).toEqual([1, 1]);
    await runner.stop();
    broken = false;
    await using again = effects(things).start(beginning);
    await again.idle();
    expect(things.load('1')?.value).toBe('b');
  });

  it('fails an aggregate whose actor fails and that does not say what follows', async () => {
    const machine = setup({
      types: moves,
      actors: { work: fromPromise(() => Promise.reject(new Error('no'))) },
    }).createMachine({ invoke: { src: 'work' }, after: { 1000: {} } });
    const events = { moved: defineEvent<object>({ name: 'moved' }) };
    const things = repository(
      new StoreHost().open(),
      defineAggregate({ name: 'thing', version: 1, machine, events }),
    );
    things.create('1');
    await using runner = effects(things).start(beginning);
    await runner.idle();
    expect(things.load('1')).toMatchObject({
      status: 'error',
      error: { name: 'Error', message: 'no' },
      pending: { timers: [], actors: [] },
    });
  });

  it('reads the log from where something still waits, at the next start', async () => {
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    const position = (name: string) => store.cursors().find((each) => each.name === name)?.position;
    const runner = effects(payments, { actors }).start(beginning);
    for (const id of ['1', '2']) payments.send(id, { type: 'ordered', cents: 5 });
    await runner.idle();
    await runner.stop();
    expect(position('effects.payment.log')).toBe(4);
    const held = effects(payments, { actors: hang }).start(beginning);
    payments.send('3', { type: 'ordered', cents: 5 });
    for (const id of ['4', '5']) {
      payments.send(id, { type: 'ordered', cents: 5 });
      payments.send(id, { type: 'cancelled' });
    }
    await held.idle({ actors: false });
    await held.stop();
    expect([position('effects.payment.log'), position('effects.payment.run')]).toEqual([4, 9]);
  });

  it('works from a state that was kept in a cache', async () => {
    const host = new StoreHost();
    const kept = new Map<string, Uint8Array>();
    const cache = {
      get: (key: Uint8Array) => {
        const value = kept.get(String(key));
        return value === undefined ? undefined : { value };
      },
      put: (key: Uint8Array, value: Uint8Array) => void kept.set(String(key), value),
    };
    const snapshots = { cache, everyEvents: 1 };
    const store = host.open();
    const payments = repository(store, payment, { snapshots });
    payments.send('1', { type: 'ordered', cents: 5 });
    const { pending } = payments.load('1') ?? {};
    store.close();
    const again = repository(host.open(), payment, { snapshots });
    expect(again.load('1')?.pending).toEqual(pending);
    await using runner = effects(again, { actors }).start(beginning);
    await runner.idle();
    expect(again.load('1')?.value).toBe('paid');
  });
});
