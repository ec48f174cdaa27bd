import { type CommandOf, defineAggregate, defineEvent, repository } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { checkCommands } from '../../../src/testing/check-commands.ts';
import { mostlyAccepted } from '../../../src/testing/mostly-accepted.ts';
import { StoreHost, thrownBy } from '../../support/store-host.ts';

type OrderEvent =
  | { type: 'placed' }
  | { type: 'paid' }
  | { type: 'packed' }
  | { type: 'sent' }
  | { type: 'weighed'; grams: number };

/** An order that four commands must lead to where it is weighed; what is added up is told. */
function order(heavier: (grams: number, by: number) => number) {
  const machine = setup({
    types: {} as { context: { grams: number }; events: OrderEvent },
    actions: {
      add: assign(({ context, event }) =>
        event.type === 'weighed' ? { grams: heavier(context.grams, event.grams) } : {},
      ),
    },
  }).createMachine({
    context: { grams: 0 },
    initial: 'empty',
    states: {
      empty: { on: { placed: 'open' } },
      open: { on: { paid: 'covered' } },
      covered: { on: { packed: 'parcel' } },
      parcel: { on: { weighed: { actions: 'add' }, sent: 'gone' } },
      gone: { type: 'final' },
    },
  });
  const event = (name: string) => defineEvent({ name });
  return defineAggregate({
    name: 'order',
    version: 1,
    machine,
    events: {
      placed: event('placed'),
      paid: event('paid'),
      packed: event('packed'),
      sent: event('sent'),
      weighed: defineEvent<{ grams: number }>({ name: 'weighed' }),
    },
  });
}

const plain = order((grams, by) => grams + by);
type Command = CommandOf<typeof plain.options.events>;
const way: readonly Command[] = [{ type: 'placed' }, { type: 'paid' }, { type: 'packed' }];

/** A counter that takes as many commands as its input says. */
const limited = defineAggregate({
  name: 'limited',
  version: 1,
  machine: setup({
    types: {} as {
      context: { left: number };
      input: { limit: number };
      events: { type: 'counted' };
    },
  }).createMachine({
    context: ({ input }) => ({ left: input.limit }),
    on: {
      counted: {
        guard: ({ context }) => context.left > 0,
        actions: assign({ left: ({ context }) => context.left - 1 }),
      },
    },
  }),
  events: { counted: defineEvent({ name: 'counted' }) },
});
const candidate = fc.oneof(
  fc.constantFrom<Command>(...way, { type: 'sent' }),
  fc.record({ type: fc.constant('weighed'), grams: fc.nat(1000) }),
);
const candidates = fc.array(candidate, { maxLength: 80, size: 'max' });
const commands = candidates.map(mostlyAccepted(plain));

/** Where the commands lead, whatever is refused on the way. */
function endOf(definition: typeof plain, commands: readonly Command[]) {
  const orders = repository(new StoreHost().open(), definition);
  for (const command of commands) orders.send('1', command);
  const state = orders.load('1');
  return { value: state?.value, grams: state?.context.grams ?? 0 };
}

/** What a property that fails was shrunk to. */
function smallest(
  commands: fc.Arbitrary<Command[]>,
  holds: (list: readonly Command[]) => boolean,
  seed: number,
) {
  const { failed, counterexample } = fc.check(fc.property(commands, holds), { seed, numRuns: 300 });
  return failed ? counterexample?.[0] : undefined;
}

describe('mostlyAccepted', () => {
  it('leads into the depth of the machine, where commands that are drawn blindly do not', () => {
    const blind = fc.array(candidate, { maxLength: 20, size: 'max' });
    const deep = (lists: fc.Arbitrary<Command[]>): number =>
      fc.sample(lists, { seed: 5, numRuns: 100 }).filter((list) => {
        return endOf(plain, list).grams > 0;
      }).length;
    expect(deep(commands)).toBeGreaterThan(2 * deep(blind));
  });

  it('leaves the first that is refused, and one in so many', () => {
    const sent = { type: 'sent' } as const;
    const refused = Array.from({ length: 9 }, () => sent);
    expect(mostlyAccepted(plain)([...refused, ...way])).toEqual([sent, sent, sent, ...way]);
    const all = mostlyAccepted(plain, { refusedEvery: 1 })([...refused, ...way]);
    expect(all).toEqual([...refused, ...way]);
  });

  it('leaves so many at most, and never makes a command another', () => {
    const list = mostlyAccepted(plain, { maxLength: 2 })(way);
    expect(list).toHaveLength(2);
    for (const [index, command] of list.entries()) expect(command).toBe(way[index]);
    for (const drawn of fc.sample(commands, 50)) expect(drawn.length).toBeLessThanOrEqual(20);
  });

  it.each([1, 2, 3, 4])(
    'lets lists shrink to the fewest commands and the smallest payload, seed %d',
    (seed) => {
      const holds = (list: readonly Command[]) => endOf(plain, list).grams < 100;
      expect(smallest(commands, holds, seed)).toEqual([...way, { type: 'weighed', grams: 100 }]);
    },
  );

  it('finds a machine that is not pure in its depth, and the way to it', () => {
    let weighings = 0;
    const impure = order((grams, by) => {
      weighings += 1;
      return grams + by + weighings;
    });
    const lists = candidates.map(mostlyAccepted(impure, { maxLength: 6 }));
    const holds = (list: readonly Command[]): boolean => {
      checkCommands(impure, list);
      return true;
    };
    expect(smallest(lists, holds, 9)).toEqual([...way, { type: 'weighed', grams: 0 }]);
  });

  it('goes on when the machine throws: where the commands are sent it throws, too', () => {
    const throwing = order(() => {
      throw new RangeError('the scales are broken');
    });
    const list: readonly Command[] = [...way, { type: 'weighed', grams: 0 }, { type: 'sent' }];
    expect(mostlyAccepted(throwing)(list)).toEqual(list);
  });

  it('begins with the input', () => {
    const counted = Array.from({ length: 9 }, () => ({ type: 'counted' as const }));
    // Three that are taken, and of the six others the first and the fifth.
    expect(mostlyAccepted(limited, { input: { limit: 3 } })(counted)).toHaveLength(5);
  });

  it.each([
    ['maxLength', { maxLength: 0 }],
    ['refusedEvery', { refusedEvery: 1.5 }],
    ['options.length', { length: 3 }],
  ])('refuses what is wrong with %s', (field, options) => {
    expect(thrownBy(() => mostlyAccepted(plain, options as object))).toMatchObject({ field });
  });
});
