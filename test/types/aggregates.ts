import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  type CommandOf,
  defineAggregate,
  defineEvent,
  type Repository,
  repository,
  type Store,
} from 'batpak';
import { checkCommands, mostlyAccepted } from 'batpak/testing';
import fc from 'fast-check';
import { type AnyStateMachine, assign, createMachine, setup } from 'xstate';
import type { ReadOnlyStore } from '../../src/store/read/read-only-store.ts';

// Checked by the compiler and never run: what follows an @ts-expect-error must not compile.

declare const store: Store;
declare const follower: ReadOnlyStore;

/** Takes a number as text and stores a number. */
declare const amountSchema: StandardSchemaV1<{ amount: string }, { amount: number }>;

const machine = setup({
  types: {} as {
    context: { balance: number };
    input: { owner: string };
    events: { type: 'paid'; amount: number } | { type: 'closed' } | { type: 'audited'; by: string };
    output: { balance: number };
  },
  actions: { add: assign(({ context }) => ({ balance: context.balance })) },
}).createMachine({
  context: { balance: 0 },
  initial: 'open',
  states: { open: { initial: 'new', states: { new: {}, used: {} } }, shut: { type: 'final' } },
});

const Paid = defineEvent({ name: 'paid', schema: amountSchema });
const Closed = defineEvent<object>({ name: 'closed' });
const Audited = defineEvent<{ by: string }>({ name: 'audited' });
const WrongPaid = defineEvent<{ amount: string }>({ name: 'paid' });

const account = defineAggregate({
  name: 'account',
  version: 1,
  machine,
  events: { paid: Paid, closed: Closed },
});
const accounts = repository(store, account);

export function commands(): void {
  // A command has the input of the schema, not what the schema makes of it.
  accounts.send('1', { type: 'paid', amount: '12' });
  accounts.send('1', { type: 'closed' });
  // @ts-expect-error The schema takes a text.
  accounts.send('1', { type: 'paid', amount: 12 });
  // @ts-expect-error The payload is missing.
  accounts.send('1', { type: 'paid' });
  // @ts-expect-error The machine has no such event.
  accounts.send('1', { type: 'unknown' });
  // @ts-expect-error The machine has it, but the definition does not declare it.
  accounts.send('1', { type: 'audited', by: 'kim' });
  // @ts-expect-error A command has a type.
  accounts.send('1', { amount: '12' });
  // @ts-expect-error An id is a text.
  accounts.send(1, { type: 'closed' });
  // @ts-expect-error A clock is a number.
  accounts.send('1', { type: 'closed' }, { expected: 'none' });
  // @ts-expect-error There is no such option.
  accounts.send('1', { type: 'closed' }, { key: 'k' });
}

export function inputs(): void {
  accounts.create('1', { owner: 'kim' });
  // @ts-expect-error The machine takes an owner.
  accounts.create('1', {});
  // @ts-expect-error The machine takes input.
  accounts.create('1', undefined);
  // @ts-expect-error The input is of the machine's type.
  defineAggregate({ ...account.options, input: () => ({ owner: 7 }) });
}

export function definitions(): void {
  defineAggregate({
    name: 'account',
    version: 1,
    machine,
    // @ts-expect-error What is stored does not fit the machine's event.
    events: { paid: WrongPaid },
  });
  defineAggregate({
    name: 'account',
    version: 1,
    machine,
    // @ts-expect-error An event that needs a payload is not stored without one.
    events: { audited: Closed },
  });
  defineAggregate({
    name: 'account',
    version: 1,
    machine,
    // @ts-expect-error The machine has no event of this type.
    events: { closed: Closed, unknown: Audited },
  });
  // @ts-expect-error A definition has a version.
  defineAggregate({ name: 'account', machine, events: { closed: Closed } });
}

export function untypedMachines(): void {
  const untyped = createMachine({ initial: 'a', states: { a: { on: { go: 'a' } } } });
  defineAggregate({
    name: 'untyped',
    version: 1,
    machine: untyped,
    // @ts-expect-error The machine takes events of any type, with anything in them.
    events: { go: Closed },
  });
  // A definition that is not known until it runs, such as a test's, may have any machine.
  defineAggregate({
    name: 'any',
    version: 1,
    machine: untyped as AnyStateMachine,
    events: { go: Closed },
  });
}

export function inlineEvents(): void {
  const inline = defineAggregate({
    name: 'account',
    version: 1,
    machine,
    events: {
      closed: defineEvent({ name: 'closed' }),
      paid: defineEvent({ name: 'paid', schema: amountSchema }),
    },
  });
  repository(store, inline).send('1', { type: 'closed' });
  repository(store, inline).send('1', { type: 'paid', amount: '12' });
  // @ts-expect-error The schema takes a text.
  repository(store, inline).send('1', { type: 'paid', amount: 12 });
}

export function several(): void {
  const answer = accounts.sendAll([
    { id: '1', command: { type: 'paid', amount: '12' }, idempotencyKey: 'one' },
    { id: '2', command: { type: 'closed' }, expected: 3 },
  ]);
  // @ts-expect-error The schema takes a text.
  accounts.sendAll([{ id: '1', command: { type: 'paid', amount: 12 } }]);
  // @ts-expect-error A command goes to an aggregate.
  accounts.sendAll([{ command: { type: 'closed' } }]);
  if (answer.accepted) answer.decisions[0]?.state.context.balance satisfies number | undefined;
  else answer.index satisfies number;
}

export function reads(): void {
  accounts.can('1', { type: 'paid', amount: '12' }) satisfies boolean;
  // @ts-expect-error The schema takes a text.
  accounts.can('1', { type: 'paid', amount: 12 });
  accounts.nextEvents('1') satisfies readonly ('paid' | 'closed')[];
  for (const entry of accounts.history('1')) {
    if (entry.role === 'start') entry.input.owner satisfies string;
    // What was stored is what the schema made.
    if (entry.role === 'input' && entry.event.type === 'paid') entry.event.amount satisfies number;
    // @ts-expect-error Only inputs have a machine event.
    if (entry.role === 'emitted') entry.event;
  }
}

export function evolving(): void {
  // @ts-expect-error Upcasts belong to the definition of the event.
  defineAggregate({ ...account.options, upcasts: { paid: { 1: (stored) => stored } } });
  // @ts-expect-error There is no such event.
  defineAggregate({ ...account.options, earlierNames: { old: 'audited' } });
  // @ts-expect-error An event is refused or skipped.
  defineAggregate({ ...account.options, onRefused: 'ignore' });
}

export function withoutInput(): void {
  const door = setup({ types: {} as { events: { type: 'closed' } } }).createMachine({});
  const events = { closed: Closed };
  const doors = repository(
    store,
    defineAggregate({ name: 'door', version: 1, machine: door, events }),
  );
  doors.create('1');
  // @ts-expect-error The machine of an account takes input.
  accounts.create('1');
}

export function hooks(): void {
  // Behind the schema: both hooks see what the schema made, and admit returns what is stored.
  defineAggregate({
    name: 'account',
    version: 1,
    machine,
    events: { paid: Paid },
    input: ({ id, event }) => ({ owner: `${id} ${event.amount.toFixed(2)}` }),
    admit: (event) => ({ ...event, amount: event.amount * 100 }),
  });
}

export function states(): void {
  const state = accounts.load('1');
  if (state === undefined) return;
  state.value satisfies 'open' | 'shut' | { open?: 'new' | 'used' };
  state.context.balance satisfies number;
  if (state.matches('shut') || state.matches({ open: 'new' })) return;
  // @ts-expect-error There is no such state.
  state.matches('gone');
  // @ts-expect-error There is no such state inside.
  state.matches({ open: 'gone' });
  // @ts-expect-error A value that the machine never has.
  state.value satisfies 'gone';
  // @ts-expect-error Only an aggregate that is done has output.
  state.output;
  if (state.status === 'done') state.output.balance satisfies number;
  if (state.status === 'error') state.error satisfies unknown;
  // @ts-expect-error A state is read-only.
  state.context.balance = 1;
  // @ts-expect-error A state is read-only.
  state.value = 'shut';
}

export function decisions(): void {
  const decision = accounts.send('1', { type: 'closed' });
  if (decision.accepted) {
    decision.receipt.sequence satisfies number;
    decision.state.context.balance satisfies number;
    // @ts-expect-error What is accepted has no reason.
    decision.reason;
  } else {
    decision.reason satisfies string;
    // @ts-expect-error An aggregate that has not begun has no state.
    decision.state.context;
    // @ts-expect-error What is refused has no receipt.
    decision.receipt;
  }
}

export function drawnCommands(): void {
  const paid = fc.record({ type: fc.constant('paid'), amount: fc.string() });
  const candidate = fc.oneof(paid, fc.constant({ type: 'closed' } as const));
  const drawn = fc.array(candidate).map(mostlyAccepted(account));
  fc.property(drawn, (list) => checkCommands(account, list));
  drawn satisfies fc.Arbitrary<CommandOf<typeof account.options.events>[]>;
  const wrong = fc.record({ type: fc.constant('paid'), amount: fc.nat() });
  // @ts-expect-error The schema takes a text.
  fc.array(wrong).map(mostlyAccepted(account));
  // @ts-expect-error The machine has no such event.
  fc.array(fc.constant({ type: 'unknown' } as const)).map(mostlyAccepted(account));
  // @ts-expect-error The machine takes an owner.
  mostlyAccepted(account, { input: { owner: 7 } });
}

export const known: Repository<typeof machine, typeof account.options.events> = accounts;

export function readOnlyAggregates(): void {
  const read = repository(follower, account);
  const state = read.load('1');
  const balance: number | undefined = state?.context.balance;
  // @ts-expect-error A store that is open for reading only takes no commands.
  read.send('1', { type: 'closed' });
  // @ts-expect-error It takes no events either.
  follower.append('a', Closed, {});
  void balance;
}
