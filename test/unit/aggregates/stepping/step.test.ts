import { describe, expect, it } from 'vitest';
import { CompiledStepper } from '../../../../src/aggregates/compile/compiled-stepper.ts';
import { advance, begin, judge } from '../../../../src/aggregates/stepping/step.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { MachineDefectError } from '../../../../src/model/errors/aggregate-errors.ts';
import { doorMachine, listMachine } from '../../../support/aggregates.ts';
import { thrownBy } from '../../../support/store-host.ts';

const stepper = new MachineStepper(doorMachine);
const { snapshot: closed } = begin(stepper, undefined, 'door:1');

/** What the closed door makes of an event. */
function judged(event: { type: string; [key: string]: unknown }) {
  return judge(stepper, closed, event, 'door:1');
}

describe('judge', () => {
  it('accepts a transition with a target, with actions, or to the same state', () => {
    expect(judged({ type: 'opened', by: 'kim' })).toMatchObject({
      accepted: true,
      snapshot: { value: 'open' },
      emitted: [{ type: 'creaked', payload: {} }],
    });
    expect(judged({ type: 'rang', times: 2 })).toMatchObject({
      accepted: true,
      emitted: [{ type: 'sounded', payload: { times: 2 } }],
    });
    expect(judged({ type: 'touched' })).toMatchObject({ accepted: true, emitted: [] });
  });

  it('tells refusals apart', () => {
    const refused = { accepted: false, touched: false };
    expect(judged({ type: 'closed' })).toEqual({ ...refused, reason: 'unhandled', guards: [] });
    expect(judged({ type: 'locked' })).toEqual({ ...refused, reason: 'forbidden', guards: [] });
    expect(judged({ type: 'rang', times: 0 })).toEqual({
      ...refused,
      reason: 'guard',
      guards: ['rings'],
    });
  });

  it('refuses everything of a machine that is done or has failed, without running it', () => {
    const done = judged({ type: 'removed' });
    const ended = done.accepted ? done.snapshot : closed;
    const event = { type: 'rang', times: 1 };
    expect(judge(stepper, ended, event, 'door:1')).toMatchObject({ reason: 'done' });
    const failed = judged({ type: 'xstate.error.actor.x', error: 'lost' });
    expect(failed).toMatchObject({ accepted: true, snapshot: { status: 'error' } });
    const broken = failed.accepted ? failed.snapshot : closed;
    expect(judge(stepper, broken, event, 'door:1')).toMatchObject({ reason: 'failed' });
  });

  it('says when a refused event has run code of the machine', () => {
    const lists = new MachineStepper(listMachine);
    const { snapshot } = begin(lists, undefined, 'list:1');
    expect(judge(lists, snapshot, { type: 'poke', item: 1 }, 'list:1')).toEqual({
      accepted: false,
      reason: 'unhandled',
      guards: [],
      touched: true,
    });
  });

  it('names entity and event of a machine that throws, and can step again', () => {
    const lists = new MachineStepper(listMachine);
    const { snapshot } = begin(lists, undefined, 'list:1');
    const thrown = thrownBy(() => judge(lists, snapshot, { type: 'throwInGuard' }, 'list:1'));
    expect(thrown).toBeInstanceOf(MachineDefectError);
    expect(thrown).toMatchObject({ entity: 'list:1', eventType: 'throwInGuard' });
    expect(judge(lists, snapshot, { type: 'add', item: 1 }, 'list:1').accepted).toBe(true);
  });
});

describe('advance', () => {
  it('steps a run, and leaves it where it was when the event is refused', () => {
    const lists = new CompiledStepper(listMachine);
    const run = lists.run(begin(lists, undefined, 'list:1').snapshot);
    expect(advance(run, { type: 'add', item: 1 }, 'list:1')).toBe(true);
    // Nobody lists it, but it sets off an eventless transition.
    expect(advance(run, { type: 'poke', item: 2 }, 'list:1')).toBe(false);
    expect(run.snapshot().value).toBe('used');
  });

  it('refuses what comes after the end', () => {
    const doors = new CompiledStepper(doorMachine);
    const run = doors.run(closed);
    expect(advance(run, { type: 'removed' }, 'door:1')).toBe(true);
    expect(advance(run, { type: 'rang', times: 1 }, 'door:1')).toBe(false);
  });

  it('names entity and event of a machine that throws', () => {
    const lists = new CompiledStepper(listMachine);
    const run = lists.run(begin(lists, undefined, 'list:1').snapshot);
    const thrown = thrownBy(() => advance(run, { type: 'throwInGuard' }, 'list:1'));
    expect(thrown).toBeInstanceOf(MachineDefectError);
    expect(thrown).toMatchObject({ entity: 'list:1', eventType: 'throwInGuard' });
  });
});

describe('begin', () => {
  it('gives the first state and what was emitted on entry', () => {
    expect(begin(stepper, undefined, 'door:1')).toMatchObject({
      snapshot: { value: 'closed', status: 'active' },
      emitted: [],
    });
  });
});
