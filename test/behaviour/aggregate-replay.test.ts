import { defineAggregate, defineEvent, type Repository, repository } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createActor, setup } from 'xstate';
import { type LetterEvent, letterMachines } from '../support/aggregate-machines.ts';
import { anyEvent, door, sendLoosely } from '../support/aggregates.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const letters = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** A machine that takes {@link LetterEvent}s, as an aggregate. */
function letterAggregate(machine: AnyStateMachine) {
  return defineAggregate({
    name: 'letters',
    version: 1,
    machine,
    events: Object.fromEntries(
      letters.map((type) => [type, defineEvent<never>({ name: `letter.${type}` })]),
    ),
    emits: { heard: anyEvent('heard') },
  });
}

/** What of a state must be equal. */
function factsOf(state: unknown) {
  const { value, context, status, output, tags } = state as Record<string, unknown>;
  return structuredClone({ value, context, status, output, tags: [...(tags as string[])] });
}

const event = fc.record({ type: fc.constantFrom(...letters), n: fc.integer({ min: 0, max: 3 }) });

describe.each(Object.entries(letterMachines))(
  'the machine %s as an aggregate',
  (_name, machine) => {
    it('accepts what a live actor takes, and is in its state, after a reopen too', () => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 40 }), (events) => runBeside(machine, events)),
        propertyRuns(60),
      );
    });
  },
);

/** Sends events to an aggregate and, when they can be taken, to a live actor beside it. */
function runBeside(machine: AnyStateMachine, events: readonly LetterEvent[]): void {
  const host = new StoreHost();
  const store = host.open();
  const definition = letterAggregate(machine);
  const aggregates = repository(store, definition) as unknown as Repository;
  const actor = createActor(machine);
  let heard = 0;
  actor.on('*', () => {
    heard += 1;
  });
  actor.start();
  const moments: { clock: number; sequence: number; facts: unknown }[] = [];
  for (const event of events) {
    const before = actor.getSnapshot();
    const taken: readonly { target?: unknown; actions: readonly unknown[] }[] =
      before.status === 'active' ? (machine.getTransitionData(before, event) ?? []) : [];
    const takes = taken.some(({ target, actions }) => target !== undefined || actions.length > 0);
    heard = 0;
    if (takes) actor.send(event);
    const decision = sendLoosely(aggregates, '1', event);
    expect([event, decision.accepted]).toEqual([event, takes]);
    if (!decision.accepted) continue;
    const facts = factsOf(decision.state);
    expect(facts).toEqual(factsOf({ ...actor.getSnapshot(), tags: actor.getSnapshot().tags }));
    expect(decision.emitted).toHaveLength(heard);
    const clock = decision.receipt.clock + heard;
    moments.push({ clock, sequence: decision.receipt.sequence + heard, facts });
  }
  expect(store.verify().ok).toBe(true);
  store.close();
  const again = repository(host.open(), definition) as unknown as Repository;
  const last = moments.at(-1)?.facts;
  const loaded = again.load('1');
  expect(loaded === undefined ? undefined : factsOf(loaded)).toEqual(last);
  for (const { clock, sequence, facts } of moments) {
    expect(factsOf(again.stateAt('1', { clock }))).toEqual(facts);
    expect(factsOf(again.stateAt('1', { sequence }))).toEqual(facts);
  }
}

describe('stateAt', () => {
  it('is the state that send returned then, and undefined before the aggregate began', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('back', { type: 'touched' });
    const first = doors.send('front', { type: 'opened', by: 'kim' });
    doors.send('back', { type: 'opened', by: 'lee' });
    doors.send('front', { type: 'closed' });
    expect(doors.stateAt('front', { sequence: 0 })).toBeUndefined();
    for (const moment of [{ clock: 0 }, { clock: 1 }, { sequence: 1 }, { sequence: 4 }]) {
      expect(factsOf(doors.stateAt('front', moment))).toEqual(factsOf(first.state));
    }
    expect(doors.stateAt('front', { clock: 2 })?.value).toBe('closed');
    expect(doors.stateAt('nobody', { clock: 0 })).toBeUndefined();
  });
});

describe('a history that the machine of today does not lead to', () => {
  type Moved = { type: 'moved'; n: number };

  /** A machine that counts moves, and goes to `far` from so many on. */
  function mover(options: { from: number; by?: number; takes?: boolean }) {
    const { from, by = 1, takes = true } = options;
    return setup({
      types: {} as { context: { n: number }; events: Moved },
      guards: { isFar: ({ context }) => context.n + 1 >= from, takes: () => takes },
      actions: { add: assign(({ context, event }) => ({ n: context.n + event.n * by })) },
    }).createMachine({
      context: { n: 0 },
      initial: 'near',
      on: {
        moved: [
          { guard: 'isFar', target: '.far', actions: 'add' },
          { guard: 'takes', target: '.near', actions: 'add' },
        ],
      },
      states: { near: {}, far: {} },
    });
  }

  const events = { moved: defineEvent<{ n: number }>({ name: 'moved' }) };

  /** Three moves that were stored by a machine, folded by the one of now. */
  function foldedBy(
    then: Parameters<typeof mover>[0],
    now: Parameters<typeof mover>[0],
    version = 1,
  ) {
    const host = new StoreHost();
    const store = host.open();
    const before = defineAggregate({ name: 'mover', version: 1, machine: mover(then), events });
    const movers = repository(store, before);
    for (let n = 0; n < 3; n += 1) movers.send('1', { type: 'moved', n: 1 });
    store.close();
    const after = defineAggregate({ name: 'mover', version, machine: mover(now), events });
    return repository(host.open(), after);
  }

  it('is a ReplayDivergedError with both values when the state values differ', () => {
    const movers = foldedBy({ from: 9 }, { from: 2 });
    expect(thrownBy(() => movers.load('1'))).toMatchObject({
      code: 'BATPAK_REPLAY_DIVERGED',
      entity: 'mover:1',
      sequence: 1,
      expected: '"near"',
      actual: '"far"',
    });
    expect(movers.stateAt('1', { clock: 0 })?.value).toBe('near');
  });

  it('is a ReplayDivergedError with both checksums when only the contexts differ', () => {
    const movers = foldedBy({ from: 9 }, { from: 9, by: 2 });
    const thrown = thrownBy(() => movers.send('1', { type: 'moved', n: 1 }));
    expect(thrown).toMatchObject({ code: 'BATPAK_REPLAY_DIVERGED', sequence: 2 });
    expect(thrown).toMatchObject({
      expected: expect.stringMatching(/^checksum [0-9a-f]{16}$/),
      actual: expect.stringMatching(/^checksum [0-9a-f]{16}$/),
    });
  });

  it('is a HistoryRefusedError when the machine refuses an event', () => {
    const movers = foldedBy({ from: 9 }, { from: 9, takes: false }, 2);
    const refused = {
      code: 'BATPAK_HISTORY_REFUSED',
      entity: 'mover:1',
      sequence: 0,
      eventType: 'moved',
      fromVersion: 1,
      toVersion: 2,
    };
    expect(thrownBy(() => movers.load('1'))).toMatchObject(refused);
    expect(thrownBy(() => movers.send('1', { type: 'moved', n: 1 }))).toMatchObject(refused);
    expect(thrownBy(() => movers.create('1', undefined))).toMatchObject(refused);
    expect(movers.load('2')).toBeUndefined();
  });

  it('is a HistoryRefusedError when the definition does not know the event any more', () => {
    const host = new StoreHost();
    const store = host.open();
    repository(store, door).send('front', { type: 'touched' });
    const later = defineAggregate({
      name: 'door',
      version: 2,
      machine: door.machine,
      events: { opened: door.options.events.opened },
    });
    const doors = repository(store, later);
    expect(thrownBy(() => doors.load('front'))).toMatchObject({
      code: 'BATPAK_HISTORY_REFUSED',
      eventType: 'door.touched',
    });
  });

  it('is not compared when the definition is of another version', () => {
    expect(foldedBy({ from: 9 }, { from: 2, by: 2 }, 2).load('1')).toMatchObject({
      value: 'far',
      context: { n: 6 },
    });
  });
});
