import { describe, expect, it } from 'vitest';
import {
  type AnyMachineSnapshot,
  assign,
  createMachine,
  initialTransition,
  transition,
} from 'xstate';
import { steppedMachine } from '../../../../src/aggregates/stepping/stepped-machine.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { doorMachine } from '../../../support/aggregates.ts';
import { paymentMachine } from '../../../support/effects.ts';

const facts = ({ value, context, status, output }: AnyMachineSnapshot) => ({
  ...{ value, context, status, output },
});

describe('the machine that is stepped', () => {
  it('is the machine itself when that invokes nothing and makes its own context', () => {
    const machine = createMachine({ context: () => ({}) });
    expect(steppedMachine(machine)).toBe(machine);
    expect(steppedMachine(doorMachine).config).not.toHaveProperty('invoke');
  });

  it('gives each start a context of its own', () => {
    const machine = createMachine({ context: { list: [] } });
    const stepper = new MachineStepper(machine);
    const [one, other] = [stepper.start(undefined), stepper.start(undefined)];
    expect(one.snapshot.context).toEqual(other.snapshot.context);
    expect(one.snapshot.context.list).not.toBe(other.snapshot.context.list);
  });

  it('asks for actors by actions, behind the entry and exit actions, and holds none', () => {
    const stepper = new MachineStepper(paymentMachine);
    const { snapshot } = stepper.start(undefined);
    const charging = stepper.step(snapshot, { type: 'ordered', cents: 5 });
    expect(charging.actions).toMatchObject([
      { type: 'notify', params: { text: 'charging 5' } },
      { type: 'batpak.start', params: { id: 'charge', src: 'charge', input: { cents: 5 } } },
      { type: 'xstate.raise', params: { delay: 60_000 } },
    ]);
    expect(charging.snapshot.children).toEqual({});
    const left = stepper.step(charging.snapshot, { type: 'cancelled' });
    expect(left.actions.map(({ type }) => type)).toEqual(['batpak.stop', 'xstate.cancel']);
  });

  it('goes where XState goes, on commands, results, failures and delays', () => {
    const output = { receipt: 'r' };
    const error = { message: 'no' };
    const done = { type: 'xstate.done.actor.charge', output, actorId: 'charge' };
    const failed = { type: 'xstate.error.actor.charge', error, actorId: 'charge' };
    const late = { type: 'xstate.after.patience.payment.charging' };
    const ordered = { type: 'ordered', cents: 5 };
    for (const events of [
      [ordered, done],
      [ordered, failed, { type: 'retried' }, done],
      [ordered, late, late, { type: 'retried' }, late],
      [ordered, { type: 'retried' }, { type: 'cancelled' }, done],
      [done, failed],
    ]) {
      const stepper = new MachineStepper(paymentMachine);
      let { snapshot } = stepper.start(undefined);
      let [expected] = initialTransition(paymentMachine);
      for (const event of events) {
        if (snapshot.status !== 'active') break;
        ({ snapshot } = stepper.step(snapshot, event));
        [expected] = transition(paymentMachine, expected, event as never);
        expect(facts(snapshot)).toEqual(facts(expected));
      }
    }
  });

  it('keeps ids, histories, parallel states and what stands under on', () => {
    const machine = createMachine({
      id: 'm',
      type: 'parallel',
      context: { n: 0 },
      states: {
        a: {
          initial: 'one',
          states: {
            one: {
              invoke: [
                { src: 'work', onDone: { target: 'two', actions: assign({ n: 1 }) } },
                { src: 'work', id: 'w', onError: { target: '#m.a.three' } },
              ],
              on: { 'xstate.done.actor.0.m.a.one': 'three', go: 'two' },
            },
            two: { on: { back: 'past' } },
            three: { on: { back: 'past' } },
            past: { type: 'history', target: 'one' },
          },
        },
        b: { invoke: { src: 'work', id: 'b' } },
      },
    });
    const stepper = new MachineStepper(machine);
    const { snapshot, actions } = stepper.start(undefined);
    expect(actions.map(({ params }) => params)).toMatchObject([
      { id: '0.m.a.one' },
      { id: 'w' },
      { id: 'b' },
    ]);
    const value = (type: string) => stepper.step(snapshot, { type, error: 1 }).snapshot;
    // XState lets the transition of the invoke take the place of one of the same name.
    expect(value('xstate.done.actor.0.m.a.one')).toMatchObject({
      value: { a: 'two' },
      context: { n: 1 },
    });
    expect(value('xstate.error.actor.w').value).toMatchObject({ a: 'three' });
    expect(value('xstate.error.actor.b').status).toBe('error');
    expect(value('go').value).toMatchObject({ a: 'two' });
  });
});
