/**
 * Doors of a dungeon whose legal moves the compiler knows: in each state a handle takes the events
 * of that state and no others. Guards (does the key fit?) are left to the moment itself.
 *
 *     npm run example dungeon-doors
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineAggregate, defineEvent, defineTypestate, openStore, repository } from 'batpak';
import { setup } from 'xstate';

const config = {
  id: 'door',
  initial: 'locked',
  states: {
    locked: { on: { unlock: { target: 'shut', guard: 'fits' }, smash: 'broken' } },
    shut: { on: { lock: 'locked', open: 'ajar', smash: 'broken' } },
    ajar: { on: { close: 'shut', smash: 'broken' } },
    broken: { type: 'final' },
  },
} as const;

type Move =
  | { type: 'unlock'; key: string }
  | { type: 'lock' }
  | { type: 'open'; by: string }
  | { type: 'close' }
  | { type: 'smash'; with: string };

const machine = setup({
  types: {} as { events: Move },
  guards: { fits: ({ event }) => event.type === 'unlock' && event.key === 'brass' },
}).createMachine(config);

const door = defineAggregate({
  name: 'door',
  version: 1,
  machine,
  scope: 'dungeon',
  events: {
    unlock: defineEvent<{ key: string }>({ name: 'door.unlocked' }),
    lock: defineEvent({ name: 'door.locked' }),
    open: defineEvent<{ by: string }>({ name: 'door.opened' }),
    close: defineEvent({ name: 'door.closed' }),
    smash: defineEvent<{ with: string }>({ name: 'door.smashed' }),
  },
});

const dataDir = mkdtempSync(join(tmpdir(), 'batpak-dungeon-'));
const store = openStore({ dataDir });
const doors = repository(store, door);
const gate = defineTypestate(machine, config).of(doors, 'north gate');

// Every state that is left can be smashed, but a broken door takes nothing: narrow it first.
if (gate.in('locked')) {
  // gate.send({ type: 'open', by: 'the thief' }) does not compile: a locked door can't be opened.
  const wrong = gate.send({ type: 'unlock', key: 'wooden' });
  if (!wrong.accepted) console.log(`a wooden key: refused, ${wrong.decision?.reason}`);

  const unlocked = gate.send({ type: 'unlock', key: 'brass' });
  if (unlocked.accepted) {
    // The compiler knows that it is shut now, and that a shut door can be opened.
    const opened = unlocked.handle.send({ type: 'open', by: 'the thief' });
    if (opened.accepted) console.log(`a brass key: the gate is ${opened.handle.value}`);
  }

  // The first handle still says `locked`. The gate has moved on, so it is told so.
  const late = gate.send({ type: 'smash', with: 'an axe' });
  console.log(late.accepted ? 'smashed' : `an axe, too late: ${late.reason}, ${late.handle.value}`);
}

// What the compiler refuses can be forced, and is refused then as well.
const forced = doors.send('north gate', { type: 'lock' });
console.log(`locked while ajar: ${forced.accepted ? 'done' : `refused, ${forced.reason}`}`);
console.log([...store.stream('door:north gate')].map(({ name }) => name).join(', '));
store.close();
rmSync(dataDir, { recursive: true });
