import { defineAggregate, defineEvent, defineTypestate, repository, type Store } from 'batpak';
import { setup } from 'xstate';

// Checked by the compiler and never run: what follows an @ts-expect-error must not compile.

declare const store: Store;

type DoorEvent =
  | { type: 'open'; by: string }
  | { type: 'close' }
  | { type: 'lock'; key: string }
  | { type: 'unlock'; key: string }
  | { type: 'push' }
  | { type: 'paint.red' }
  | { type: 'paint.blue' }
  | { type: 'burn' };

const config = {
  id: 'door',
  initial: 'shut',
  on: { burn: '.ashes' },
  states: {
    shut: {
      initial: 'unlocked',
      on: { 'paint.*': { actions: [] }, open: 'ajar' },
      states: {
        unlocked: { on: { lock: 'locked' } },
        locked: { on: { unlock: { target: 'unlocked', guard: 'fits' }, open: undefined } },
      },
    },
    ajar: { on: { push: 'wide', close: 'shut' } },
    wide: { on: { close: [{ target: 'shut', guard: 'fits' }, { target: 'ajar' }] } },
    ashes: { type: 'final' },
  },
} as const;

const machine = setup({
  types: {} as { events: DoorEvent },
  guards: { fits: () => true },
}).createMachine(config);

const door = defineAggregate({
  name: 'door',
  version: 1,
  machine,
  events: {
    open: defineEvent<{ by: string }>({ name: 'open' }),
    close: defineEvent({ name: 'close' }),
    lock: defineEvent<{ key: string }>({ name: 'lock' }),
    unlock: defineEvent<{ key: string }>({ name: 'unlock' }),
    push: defineEvent({ name: 'push' }),
    'paint.red': defineEvent({ name: 'red' }),
    'paint.blue': defineEvent({ name: 'blue' }),
    burn: defineEvent({ name: 'burn' }),
  },
});
const handle = defineTypestate(machine, config).of(repository(store, door), 'front');

// Every state takes it, so that it needs no narrowing.
handle.send({ type: 'burn' });
// @ts-expect-error not every state takes it
handle.send({ type: 'push' });

if (handle.in('ajar')) {
  const value: 'ajar' = handle.value;
  console.log(value);
  const pushed = handle.send({ type: 'push' });
  // @ts-expect-error it is open already
  handle.send({ type: 'open', by: 'kim' });
  if (pushed.accepted) {
    const next: 'wide' = pushed.handle.value;
    console.log(next, pushed.decision.receipt.sequence);
    const closed = pushed.handle.send({ type: 'close' });
    // @ts-expect-error a wide open door can't be pushed
    pushed.handle.send({ type: 'push' });
    if (closed.accepted) {
      const either: 'ajar' | { readonly shut: 'unlocked' } = closed.handle.value;
      console.log(either);
    }
  } else if (pushed.reason === 'refused') console.log(pushed.decision?.reason);
}

if (handle.in({ shut: 'locked' })) {
  handle.send({ type: 'unlock', key: 'brass' });
  // A state around the active one lists it, by a prefix.
  handle.send({ type: 'paint.red' });
  // @ts-expect-error it takes a key
  handle.send({ type: 'unlock' });
  // @ts-expect-error the state inside forbids it
  handle.send({ type: 'open', by: 'kim' });
  // @ts-expect-error nothing lists it
  handle.send({ type: 'lock', key: 'brass' });
}

if (handle.in({ shut: 'unlocked' })) {
  const opened = handle.send({ type: 'open', by: 'kim' });
  if (opened.accepted) opened.handle.value satisfies 'ajar';
}

if (handle.in('shut')) {
  // @ts-expect-error a locked door forbids it
  handle.send({ type: 'open', by: 'kim' });
  handle.send({ type: 'paint.blue' });
  // @ts-expect-error only an unlocked door can be locked
  handle.send({ type: 'lock', key: 'brass' });
}

// @ts-expect-error there is no such state
handle.in('gone');

const regions = {
  id: 'vault',
  type: 'parallel',
  states: {
    bolt: {
      initial: 'drawn',
      states: { drawn: { on: { lock: 'shot' } }, shot: { on: { unlock: 'drawn' } } },
    },
    alarm: {
      initial: 'armed',
      states: { armed: { on: { push: 'ringing' } }, ringing: { on: { close: 'armed' } } },
    },
    paint: { on: { burn: { actions: [] } } },
  },
} as const;
const vaultMachine = setup({ types: {} as { events: DoorEvent } }).createMachine(regions);
const vault = defineAggregate({
  ...{ name: 'vault', version: 1, machine: vaultMachine },
  events: door.options.events,
});
const vaultHandle = defineTypestate(vaultMachine, regions).of(repository(store, vault), 'main');
vaultHandle.send({ type: 'burn' });
// @ts-expect-error the bolt may be drawn
vaultHandle.send({ type: 'unlock', key: 'brass' });
if (vaultHandle.in({ bolt: 'shot' })) {
  vaultHandle.send({ type: 'unlock', key: 'brass' });
  // @ts-expect-error nothing is known of the alarm
  vaultHandle.send({ type: 'push' });
  if (vaultHandle.in({ alarm: 'armed' })) {
    vaultHandle.send({ type: 'push' });
    vaultHandle.send({ type: 'unlock', key: 'brass' });
  }
}
