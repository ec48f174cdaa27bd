/**
 * A chat room: everyone who is in sees what is said from then on, by a lossy subscription; who was
 * away reads up with a cursor. A guest on a slow line loses the oldest lines, and is told how many.
 *
 * npm run example chat-room
 */

import { defineEvent, openStore, Region, type Store, type StoredEvent } from 'batpak';
import { memoryPlatform } from 'batpak/testing';

const Said = defineEvent<{ text: string }>({ name: 'said' });
const room = Region.namespace('guest').withScope('room:lobby');

const store = openStore({ dataDir: '/chat', platform: memoryPlatform(), broadcastCapacity: 3 });
say(store, 'ann', 'anybody here?');

const ben = enter(store, 'ben');
say(store, 'ann', 'hello ben');
say(store, 'ben', 'hello ann');
await turn();

// Cleo's line is slow: she is in, but nobody reads for her while the others go on talking.
const slow = store.subscribeLossy(room, {
  onGap: ({ dropped }) => print(`  cleo has missed ${dropped} lines`),
});
for (const number of [1, 2, 3, 4, 5]) {
  say(store, 'ann', `line ${number}`);
  await turn();
}
print('cleo catches up');
for await (const line of slow.map(lineOf).take(3)) print(`  cleo sees ${line}`);

print('dora was away, and reads all of it');
const dora = store.cursorGuaranteed(room, { name: 'dora' });
print(`  ${dora.pollBatch(100).length} lines, the first is ${lineOf(first(store))}`);
dora.checkpoint();
say(store, 'ben', 'bye');
print(`  and then ${dora.pollBatch(100).map(lineOf).join()}`);

const counted = store.subscribeLossy(room).scan((lines) => lines + 1, 0);
say(store, 'ann', 'bye');
for await (const lines of counted.take(1)) print(`${lines} line since the counting began`);

await turn();
store.close();
print(`ben has left: ${await ben}`);

/** Shows what is said until the room is closed. */
async function enter(chat: Store, guest: string): Promise<string> {
  let seen = 0;
  for await (const event of chat.subscribeLossy(room)) {
    if (event.entity === `guest:${guest}`) continue;
    seen += 1;
    if (seen === 1) print(`${guest} sees ${lineOf(event)}`);
  }
  return `after ${seen} lines of others`;
}

function say(chat: Store, guest: string, text: string): void {
  chat.append({ entity: `guest:${guest}`, scope: 'room:lobby' }, Said, { text });
}

function lineOf({ entity, payload }: StoredEvent): string {
  return `'${(payload as { text: string }).text}' of ${entity.slice('guest:'.length)}`;
}

function first(chat: Store): StoredEvent {
  for (const event of chat.events(room)) return event;
  throw new Error('nobody has said anything');
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
