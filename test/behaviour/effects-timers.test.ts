import { defineAggregate, defineEvent, effects, Region, repository, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { StoreHost, thrownBy } from '../support/store-host.ts';
import { alarm } from '../support/timed.ts';

const fired = (store: Store) => [...store.query(Region.all().withKind(0x0101))];
const beginning = { from: 'beginning' } as const;
const moves = {} as { events: { type: 'moved' }; context: object };

function running() {
  const host = new StoreHost();
  const store = host.open();
  const alarms = repository(store, alarm);
  const runner = effects(alarms).start(beginning);
  const pass = async (ms: number): Promise<void> => {
    await runner.idle();
    host.timers.advance(ms);
    await runner.idle();
  };
  return { host, store, alarms, runner, pass };
}

describe('timers', () => {
  it('fire as they are due, and those that are due together as they were set', async () => {
    const { host, store, alarms, runner } = running();
    for (const [n, inMs] of [30, 10, 20, 10].entries()) alarms.send('1', { type: 'set', n, inMs });
    await runner.stop();
    host.clock.advance(500_000);
    await using again = effects(alarms).start(beginning);
    await again.idle();
    expect(alarms.load('1')?.context.rings).toEqual([1, 3, 2, 0]);
    expect(fired(store)).toHaveLength(4);
  });

  it('take the delay that was computed when they were set', async () => {
    const { alarms, store, pass, runner } = running();
    alarms.send('1', { type: 'restarted', inMs: 5000 });
    expect(alarms.load('1')?.pending.timers).toMatchObject([
      { id: 'xstate.after.given.alarm.armed', dueAtUs: 1_735_689_605_000_000 },
    ]);
    await pass(4999);
    expect(alarms.load('1')?.value).toBe('armed');
    await pass(1);
    expect(alarms.load('1')?.value).toBe('idle');
    expect(fired(store)).toHaveLength(1);
    await runner.stop();
  });

  it('are set anew when their state is entered again, under the same id', async () => {
    const { alarms, store, pass, runner } = running();
    alarms.create('1');
    await pass(900);
    alarms.send('1', { type: 'restarted', inMs: 1000 });
    await pass(900);
    expect([alarms.load('1')?.value, fired(store).length]).toEqual(['armed', 0]);
    await pass(100);
    expect([alarms.load('1')?.value, fired(store).length]).toEqual(['idle', 1]);
    await runner.stop();
  });

  it('are cancelled by id, replaced by id, and dropped at the end of the machine', async () => {
    const { alarms, store, pass, runner } = running();
    alarms.send('1', { type: 'set', n: 1, inMs: 50, id: 'ring' });
    alarms.send('1', { type: 'cancelled' });
    await pass(100);
    alarms.send('1', { type: 'set', n: 2, inMs: 50, id: 'ring' });
    alarms.send('1', { type: 'set', n: 3, inMs: 90, id: 'ring' });
    await pass(100);
    expect(alarms.load('1')?.context.rings).toEqual([3]);
    alarms.send('1', { type: 'set', n: 4, inMs: 50 });
    const decision = alarms.send('1', { type: 'retired' });
    expect(decision).toMatchObject({ state: { status: 'done', pending: { timers: [] } } });
    await pass(5000);
    expect([runner.waitingTimers, fired(store).length]).toEqual([0, 1]);
    await runner.stop();
  });

  it('lose against a command that leaves their state in the same moment', async () => {
    const { host, alarms, store, runner } = running();
    alarms.create('1');
    await runner.idle();
    host.timers.advance(1000);
    // It is due, and the runner is awake, but this comes first.
    alarms.send('1', { type: 'restarted', inMs: 2000 });
    await runner.idle();
    expect([alarms.load('1')?.value, fired(store).length]).toEqual(['armed', 0]);
    await runner.stop();
  });

  it('are set by each command of a batch', async () => {
    const { alarms, pass, runner } = running();
    alarms.sendAll([
      { id: '1', command: { type: 'set', n: 1, inMs: 20 } },
      { id: '2', command: { type: 'set', n: 2, inMs: 10, id: 'ring' } },
      { id: '2', command: { type: 'cancelled' } },
      { id: '1', command: { type: 'set', n: 3, inMs: 10 } },
      { id: '3', command: { type: 'set', n: 4, inMs: 10 } },
      { id: '3', command: { type: 'retired' } },
    ]);
    const pending = (id: string) => alarms.load(id)?.pending.timers.map(({ key }) => key);
    const kept = ['1', '2', '3'].map(pending);
    await pass(100);
    expect(['1', '2', '3'].map((id) => alarms.load(id)?.context.rings)).toEqual([[3, 1], [], []]);
    expect(kept.map((keys) => new Set(keys).size)).toEqual([3, 1, 0]);
    await runner.stop();
  });

  it('go on while the clock is put back, also those that are set meanwhile', async () => {
    const { host, alarms, pass, runner } = running();
    alarms.send('1', { type: 'set', n: 1, inMs: 10_000 });
    await pass(4000);
    host.clock.set(1_000_000_000_000_000);
    alarms.send('1', { type: 'set', n: 2, inMs: 10_000 });
    await pass(5999);
    expect(alarms.load('1')?.context.rings).toEqual([]);
    await pass(1);
    expect(alarms.load('1')?.context.rings).toEqual([1]);
    await pass(4000);
    expect(alarms.load('1')?.context.rings).toEqual([1, 2]);
    await runner.stop();
  });

  it('fire at once when the clock is put forward, within a minute of sleep', async () => {
    const { host, alarms, pass, runner } = running();
    alarms.send('1', { type: 'set', n: 1, inMs: 3_600_000 });
    await runner.idle();
    host.clock.set(host.clock.nowUs() + 7_200_000_000);
    await pass(60_000);
    expect(alarms.load('1')?.context.rings).toEqual([1]);
    await runner.stop();
  });

  it('wait by the thousand for one timer of the platform', async () => {
    const { host, alarms, store, runner } = running();
    const count = 3000;
    for (let n = 0; n < count; n += 1) {
      alarms.send(String(n % 300), { type: 'set', n, inMs: 10_000 + ((n * 7919) % count) });
    }
    await runner.idle();
    const timers = host.timers.pending;
    expect(runner.waitingTimers).toBe(count + 300);
    host.timers.advance(20_000);
    await runner.idle();
    expect(runner.waitingTimers).toBe(0);
    const times = [...store.events(Region.all().withKind(0x0101))].map(({ payload }) => payload);
    expect(times).toHaveLength(count + 300);
    expect(timers).toBeLessThan(5);
    await runner.stop();
  });

  it('that fired do not fire again after a crash, and those that had not, do', async () => {
    const { host, store, alarms, runner, pass } = running();
    alarms.send('1', { type: 'set', n: 1, inMs: 10 });
    alarms.send('1', { type: 'set', n: 2, inMs: 90 });
    await pass(10);
    expect(fired(store)).toHaveLength(1);
    const after = host.killed();
    after.clock.advance(100_000);
    const again = repository(after.open(), alarm);
    await using second = effects(again).start(beginning);
    await second.idle();
    expect(again.load('1')?.context.rings).toEqual([1, 2]);
    await runner.stop();
  });

  it('that a new version of the machine refuses are discarded, once', async () => {
    const host = new StoreHost();
    const events = { moved: defineEvent<object>({ name: 'thing.moved' }) };
    const options = { name: 'thing', version: 1, events } as const;
    const machine = setup({ types: moves }).createMachine({
      id: 'thing',
      initial: 'a',
      states: { a: { after: { 1000: 'b' }, on: { moved: 'c' } }, b: {}, c: {} },
    });
    const first = repository(host.open(), defineAggregate({ ...options, machine }));
    first.create('1');
    first.create('2');
    first.send('2', { type: 'moved' });
    first.effectHost.store.close();
    host.clock.advance(60_000_000);
    const later = setup({ types: moves }).createMachine({
      id: 'thing',
      initial: 'a',
      states: { a: { after: { 5000: 'b' }, on: { moved: 'c' } }, b: {}, c: {} },
    });
    const store = host.open();
    const today = repository(store, defineAggregate({ ...options, version: 2, machine: later }));
    for (let starts = 0; starts < 2; starts += 1) {
      const runner = effects(today).start(beginning);
      await runner.idle();
      await runner.stop();
    }
    const discarded = [...store.events(Region.all().withKind(0x0104))];
    expect(discarded.map(({ entity, payload }) => [entity, payload])).toEqual([
      [
        'thing:1',
        {
          ...{ reason: 'refused', of: 'timer', key: `${store.at(0)?.eventId}:0` },
          ...{ id: 'xstate.after.1000.thing.a', event: { type: 'xstate.after.1000.thing.a' } },
        },
      ],
    ]);
    expect(today.load('1')?.pending.timers).toEqual([]);
  });

  it('of another delay are those of today when the definition says so, fired or not', async () => {
    const host = new StoreHost();
    const events = { moved: defineEvent<object>({ name: 'thing.moved' }) };
    const options = { name: 'thing', version: 1, events } as const;
    const waitingFor = (ms: number) =>
      setup({ types: moves }).createMachine({
        id: 'thing',
        initial: 'a',
        states: { a: { after: { [ms]: 'b' } }, b: {} },
      });
    const first = repository(
      host.open(),
      defineAggregate({ ...options, machine: waitingFor(1000) }),
    );
    first.create('1');
    const runner = effects(first).start(beginning);
    await runner.idle();
    host.timers.advance(1000);
    await runner.idle();
    await runner.stop();
    first.create('2');
    first.effectHost.store.close();
    host.clock.advance(1_000_000);
    const earlierTypes = { 'xstate.after.1000.thing.a': 'xstate.after.5000.thing.a' };
    const second = { ...options, version: 2, machine: waitingFor(5000) };
    const store = host.open();
    const forgetful = repository(store, defineAggregate(second));
    expect(thrownBy(() => forgetful.load('1'))).toMatchObject({ code: 'BATPAK_HISTORY_REFUSED' });
    const today = repository(store, defineAggregate({ ...second, earlierTypes }));
    await using again = effects(today).start(beginning);
    await again.idle();
    expect(['1', '2'].map((id) => today.load(id)?.value)).toEqual(['b', 'b']);
    expect([...today.history('1')].at(-1)).toMatchObject({
      event: { type: 'xstate.after.5000.thing.a' },
    });
  });

  it('are told by stateAt and history as they were', async () => {
    const { alarms, pass, runner } = running();
    alarms.create('1');
    await pass(1000);
    const counts = [...alarms.history('1')].map(({ role, state }) => [
      role,
      state?.pending.timers.length,
    ]);
    expect(counts).toEqual([
      ['start', 1],
      ['timer', 0],
    ]);
    expect([...alarms.history('1')][1]).toMatchObject({
      id: 'xstate.after.given.alarm.armed',
      event: { type: 'xstate.after.given.alarm.armed' },
    });
    expect(alarms.stateAt('1', { clock: 0 })?.pending.timers).toHaveLength(1);
    await runner.stop();
  });
});
