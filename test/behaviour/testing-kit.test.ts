import { defineAggregate, defineEvent, defineProjection } from 'batpak';
import {
  actorDone,
  actorFails,
  checkCommands,
  given,
  happened,
  pathsOf,
  randomCommands,
  SeededRandom,
  SpecFailure,
  timerFires,
} from 'batpak/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { door } from '../support/aggregates.ts';
import { payment } from '../support/effects.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { thrownBy } from '../support/store-host.ts';

const opened = { type: 'opened', by: 'kim' } as const;
const closed = { type: 'closed' } as const;

describe('given an aggregate', () => {
  it('expects what a command leads to, what it emits, and why it is refused', () => {
    given(door, [opened, closed])
      .expectState({ value: 'closed', context: { openings: 1 } })
      .when(opened)
      .expectAccepted({ value: 'open', tags: ['passable'], status: 'active' })
      .expectEmitted({ name: 'door.creaked' })
      .when(opened)
      .expectRefused('unhandled')
      .expectState({ context: { openings: 2, by: ['kim', 'kim'] } })
      .when({ type: 'rang', times: 0 })
      .expectRefused('guard', { guards: ['rings'] })
      .when({ type: 'rang', times: 2 })
      .expectEmitted({ name: 'door.sounded', payload: { times: 2 } })
      .when({ type: 'removed' })
      .expectAccepted({ status: 'done', output: { openings: 2 } })
      .when(closed)
      .expectRefused('done');
    given(door)
      .expectState(undefined)
      .when(closed)
      .expectRefused('unhandled')
      .expectState(undefined);
  });

  it('fails with each difference, in words and as values', () => {
    const failure = thrownBy(() =>
      given(door, [opened]).expectState({ value: 'closed', context: { openings: 2, by: ['lee'] } }),
    );
    expect(failure).toBeInstanceOf(SpecFailure);
    expect(failure).toMatchObject({
      name: 'AssertionError',
      differences: [
        'state.value: expected "closed", got "open"',
        'state.context.openings: expected 2, got 1',
        'state.context.by[0]: expected "lee", got "kim"',
      ],
      actual: { value: 'open', context: { openings: 1 } },
    });
    expect(String(failure)).toContain('state.context.openings: expected 2, got 1');
  });

  it.each([
    ['accepted', () => given(door).when(closed).expectAccepted(), 'unhandled'],
    ['refused', () => given(door).when(opened).expectRefused('guard'), 'was accepted'],
    ['reason', () => given(door).when(closed).expectRefused('guard'), 'got "unhandled"'],
    [
      'guards',
      () =>
        given(door)
          .when({ type: 'rang', times: 0 })
          .expectRefused('guard', { guards: ['x'] }),
      'refusal.guards[0]: expected "x", got "rings"',
    ],
    ['emitted', () => given(door).when(opened).expectEmitted(), 'emitted[0]: expected undefined'],
    ['given', () => given(door, [opened, opened]), "command 1 ('opened') that was given"],
    ['begun', () => given(door, [opened]).expectState(undefined), 'expected undefined'],
  ])('fails when it is not as expected: %s', (_name, spec, words) => {
    const failure = thrownBy(spec);
    expect(failure).toBeInstanceOf(SpecFailure);
    expect(String(failure)).toContain(words);
  });

  it('takes input, an id and a time', () => {
    const machine = setup({
      types: {} as {
        input: { owner: string };
        context: { owner: string; at: number };
        events: { type: 'noted'; at?: number };
      },
      actions: { note: assign(({ event }) => ({ at: event.at ?? -1 })) },
    }).createMachine({
      context: ({ input }) => ({ owner: input.owner, at: 0 }),
      on: { noted: { actions: 'note' } },
    });
    const account = defineAggregate({
      name: 'account',
      version: 1,
      machine,
      events: { noted: defineEvent<{ at?: number }>({ name: 'noted' }) },
      admit: (event, { nowUs }) => ({ ...event, at: nowUs }),
    });
    given(account, [{ type: 'noted' }], { input: { owner: 'kim' }, nowUs: 1_000_000 }).expectState({
      context: { owner: 'kim', at: 1_000_000 },
    });
  });

  it('finds a machine that is not pure', () => {
    expect(thrownBy(() => given(dice, [{ type: 'rolled' }]))).toMatchObject({
      code: 'BATPAK_MACHINE_DEFECT',
    });
  });
});

describe('given a projection', () => {
  const Moved = defineEvent<{ x: number }>({ name: 'moved' });
  const sum = defineProjection({
    name: 'sum',
    version: 1,
    initial: () => ({ x: 0, moves: 0 }),
    apply: ({ x, moves }, { payload }) => ({ x: x + Object(payload).x, moves: moves + 1 }),
  });

  it('expects the state that events lead to, folded on and folded anew', () => {
    given(sum, [happened(Moved, { x: 2 }), happened(Moved, { x: 3 })])
      .expectState({ x: 5, moves: 2 })
      .when(happened(Moved, { x: 1 }))
      .expectState({ x: 6, moves: 3 });
    given(sum).expectState(undefined);
  });

  it('fails with the differences', () => {
    const failure = thrownBy(() =>
      given(sum, [happened(Moved, { x: 2 })]).expectState({ x: 5, moves: 1 }),
    );
    expect(failure).toBeInstanceOf(SpecFailure);
    expect(failure).toMatchObject({ differences: ['state.x: expected 5, got 2'] });
  });

  it('finds one that changes its state in place', () => {
    const kept = { moves: 0 };
    const broken = defineProjection({
      name: 'broken',
      version: 1,
      initial: () => kept,
      apply: (state) => {
        state.moves += 1;
        return state;
      },
    });
    expect(
      thrownBy(() => given(broken, [happened(Moved, { x: 1 })]).expectState({ moves: 1 })),
    ).toBeInstanceOf(SpecFailure);
  });
});

const samples = [
  opened,
  closed,
  { type: 'touched' },
  { type: 'locked' },
  { type: 'rang', times: 0 },
  { type: 'rang', times: 2 },
  { type: 'removed' },
] as const;

describe('pathsOf', () => {
  const paths = pathsOf(door, samples);

  it('are the shortest ways to each state', () => {
    expect(paths.map(({ description }) => description).sort()).toEqual([
      'opened → "open"',
      'removed → "removed"',
      'start → "closed"',
    ]);
  });

  it.each(paths)('go through restarts: $description', (path) => path.run());

  it('tell states apart by what they are told to, until they are too many', () => {
    const byOpenings = ({ value, context }: { value: unknown; context: unknown }) => [
      value,
      Object(context).openings,
    ];
    const deeper = pathsOf(door, samples, { by: byOpenings });
    // Closed after 0 to 3 openings, open after 1 to 3, removed after 0 to 3.
    expect(deeper).toHaveLength(4 + 3 + 4);
    for (const path of deeper) path.run();
    expect(thrownBy(() => pathsOf(door, samples, { by: byOpenings, limit: 5 }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_RANGE',
      field: 'limit',
    });
  });

  it('refuse a sample that never gets to the machine', () => {
    const strange = { type: 'unknown' } as never;
    expect(thrownBy(() => pathsOf(door, [opened, strange]))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'samples[1]',
    });
  });

  it('find a machine that is not pure', () => {
    const [, ...rolls] = pathsOf(dice, [{ type: 'rolled' }], {
      by: ({ context }) => Object(context).n > 0,
    });
    expect(thrownBy(() => rolls[0]?.run())).toMatchObject({ code: 'BATPAK_MACHINE_DEFECT' });
  });
});

describe('checkCommands', () => {
  it('holds for any commands to an aggregate that is sound', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...samples), { maxLength: 12 }), (commands) => {
        checkCommands(door, commands);
      }),
      propertyRuns(10),
    );
  });

  it('takes commands drawn from a seed, without a library for it', () => {
    const draw = (seed: number) => randomCommands(samples, new SeededRandom(seed), 20);
    expect(draw(1)).toEqual(draw(1));
    expect(
      new Set(Array.from({ length: 20 }, (_, seed) => draw(seed).length)).size,
    ).toBeGreaterThan(5);
    expect(randomCommands([], new SeededRandom(1), 0)).toEqual([]);
    for (let seed = 1; seed <= 5; seed += 1) checkCommands(door, draw(seed));
  });

  it('finds a machine whose state does not come back', () => {
    let starts = 0;
    const forgetful = setup({
      types: {} as { context: { n: number }; events: { type: 'went' } },
      actions: { nothing: assign({}) },
    }).createMachine({
      // The same twice in a row, and another one later.
      context: () => ({ n: Math.floor((starts += 1) / 20) }),
      on: { went: { actions: 'nothing' } },
    });
    const events = { went: defineEvent({ name: 'went' }) };
    const definition = defineAggregate({ name: 'n', version: 1, machine: forgetful, events });
    const commands = Array.from({ length: 30 }, () => ({ type: 'went' }) as const);
    expect(thrownBy(() => checkCommands(definition, commands))).toMatchObject({
      code: 'BATPAK_REPLAY_DIVERGED',
    });
  });
});

let chance = 0;
const dice = defineAggregate({
  name: 'dice',
  version: 1,
  machine: setup({
    types: {} as { context: { n: number }; events: { type: 'rolled' } },
    actions: { roll: assign(() => ({ n: (chance += 1) })) },
  }).createMachine({ context: { n: 0 }, on: { rolled: { actions: 'roll' } } }),
  events: { rolled: defineEvent({ name: 'dice.rolled' }) },
});

describe('a machine with effects', () => {
  const ordered = { type: 'ordered', cents: 5 } as const;
  const late = timerFires('xstate.after.patience.payment.charging');
  const done = actorDone('charge', { receipt: 'r' });
  const failed = actorFails('charge', new Error('no funds'));

  it('has happen what it waits for', () => {
    given(payment, [ordered])
      .expectState({ value: 'charging', timers: [late.type], actors: ['charge'] })
      .happens(failed)
      .expectState({ value: 'failed', context: { problem: 'no funds' }, timers: [], actors: [] })
      .when({ type: 'retried' })
      .happens(done)
      .expectState({ status: 'done', context: { receipt: 'r' } });
    expect(String(thrownBy(() => given(payment).happens(done)))).toContain('is not waited for');
  });

  it('is walked along its timers and actors', () => {
    const commands = [ordered, { type: 'retried' }, { type: 'cancelled' }] as const;
    const paths = pathsOf(payment, commands, { happenings: [late, done, failed] });
    expect(paths.map(({ value }) => value).sort()).toEqual([
      'abandoned',
      'charging',
      'failed',
      'idle',
      'paid',
    ]);
    for (const path of paths) path.run();
    const without = pathsOf(payment, commands).map(({ value }) => value);
    expect(without.sort()).toEqual(['abandoned', 'charging', 'idle']);
  });
});
