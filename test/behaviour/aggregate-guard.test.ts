import { type CommandContext, type CommandGuard, type Denial, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { door, list } from '../support/aggregates.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const denial: Denial = {
  type: 'denied',
  gate: { name: 'night', version: 1 },
  code: 'TOO_LATE',
  reason: 'the house sleeps',
  facts: {},
  contextHash: '00',
  payloadHash: '00',
  judged: undefined,
  cause: undefined,
};

/** A guard that lets through what it is told to, and tells how each was settled. */
function someGuard(lets: (command: { type: string }) => boolean = () => true) {
  const asked: { context: CommandContext; command: unknown }[] = [];
  const settled: string[] = [];
  const guard: CommandGuard<CommandContext, { type: string }> = {
    judge: (context, command) => {
      asked.push({ context, command });
      if (!lets(command)) return { allowed: false, denial };
      const decision = Uint8Array.of(asked.length);
      return { allowed: true, decision, settle: (how) => settled.push(`${command.type} ${how}`) };
    },
  };
  return { guard, asked, settled };
}

describe('a guard in front of commands', () => {
  it('denies with a value, before the machine is asked, and nothing is written', () => {
    const host = new StoreHost();
    const { guard, asked, settled } = someGuard(() => false);
    const doors = repository(host.open(), door, { guard });
    const content = host.content();
    expect(doors.send('front', { type: 'opened', by: 'kim' })).toEqual({
      accepted: false,
      reason: 'denied',
      event: { type: 'opened', by: 'kim' },
      state: undefined,
      denial,
    });
    expect(doors.create('front')).toMatchObject({ reason: 'denied', denial });
    expect(host.content()).toEqual(content);
    expect(asked.map(({ command }) => command)).toEqual([
      { type: 'opened', by: 'kim' },
      { type: 'xstate.init' },
    ]);
    expect(settled).toEqual([]);
  });

  it('is told the aggregate and its state, which it can not change', () => {
    const { guard, asked } = someGuard();
    const doors = repository(new StoreHost().open(), door, { guard });
    doors.send('front', { type: 'opened', by: 'kim' });
    doors.send('front', { type: 'closed' });
    const state = { value: 'open', context: { openings: 1, by: ['kim'] } };
    expect(asked.map(({ context }) => context)).toEqual([
      { aggregate: 'door', id: 'front', state: undefined },
      { aggregate: 'door', id: 'front', state },
    ]);
    const by: unknown = Object(asked[1]?.context.state?.context).by;
    expect(thrownBy(() => Object.assign(Object(by), ['lee']))).toBeInstanceOf(TypeError);
  });

  it('has its decision on every record of what it let through', () => {
    const store = new StoreHost().open();
    const { guard, settled } = someGuard();
    const doors = repository(store, door, { guard });
    doors.send('front', { type: 'opened', by: 'kim' });
    doors.send('front', { type: 'closed' });
    const decisions = [0, 1, 2].map((sequence) => store.at(sequence)?.extensions.get('g'));
    expect(decisions).toEqual([Uint8Array.of(1), Uint8Array.of(1), Uint8Array.of(2)]);
    expect(settled).toEqual(['opened committed', 'closed committed']);
  });

  it('is settled once as failed when the machine refuses or throws, or the disk is full', () => {
    const host = new StoreHost();
    const store = host.open();
    const { guard, settled } = someGuard();
    const doors = repository(store, door, { guard });
    const lists = repository(store, list, { guard });
    expect(doors.send('front', { type: 'closed' })).toMatchObject({ reason: 'unhandled' });
    thrownBy(() => lists.send('a', { type: 'addAndThrow', item: 1 }));
    thrownBy(() => lists.send('a', { type: 'addAndEmit', item: 1 }));
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    thrownBy(() => doors.send('front', { type: 'touched' }));
    expect(settled).toEqual([
      'closed failed',
      'addAndThrow failed',
      'addAndEmit failed',
      'touched failed',
    ]);
  });

  it('judges each command of sendAll, all of which are settled alike', () => {
    const store = new StoreHost().open();
    const { guard, settled } = someGuard(({ type }) => type !== 'locked');
    const doors = repository(store, door, { guard });
    const touch = (id: string) => ({ id, command: { type: 'touched' } }) as const;
    doors.sendAll([touch('a'), touch('b')]);
    const locked = { id: 'c', command: { type: 'locked' } } as const;
    expect(doors.sendAll([touch('a'), locked])).toMatchObject({
      reason: 'denied',
      index: 1,
      denial,
    });
    expect(settled).toEqual(['touched committed', 'touched committed', 'touched failed']);
    expect(store.eventCount).toBe(2);
  });

  it('is settled as failed for the commands before one whose machine throws', () => {
    const { guard, settled } = someGuard();
    const lists = repository(new StoreHost().open(), list, { guard });
    const send = () =>
      lists.sendAll([
        { id: 'a', command: { type: 'add', item: 1 } },
        { id: 'b', command: { type: 'addAndThrow', item: 1 } },
      ]);
    expect(thrownBy(send)).toMatchObject({ code: 'BATPAK_MACHINE_DEFECT' });
    expect(settled.sort()).toEqual(['add failed', 'addAndThrow failed']);
  });

  it('is not asked about what is invalid or over, nor about a retry', () => {
    const { guard, asked, settled } = someGuard();
    const doors = repository(new StoreHost().open(), door, { guard });
    doors.send('front', { type: 'rang', times: Number.NaN });
    doors.send('front', { type: 'removed' }, { idempotencyKey: 'one' });
    doors.send('front', { type: 'removed' }, { idempotencyKey: 'one' });
    doors.send('front', { type: 'removed' });
    expect(asked).toHaveLength(1);
    expect(doors.can('back', { type: 'touched' })).toBe(true);
    expect(settled).toEqual(['removed committed', 'touched failed']);
  });
});
