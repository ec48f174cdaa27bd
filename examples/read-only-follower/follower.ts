/** Follows the store in the directory of its argument until the station is closed. */

import { setTimeout } from 'node:timers/promises';
import { openReadOnly, type ReadOnlyStore, Region } from 'batpak';
import { Closed } from './events.ts';

/** Milliseconds between two looks. */
const pollMs = 5;
/** Milliseconds after which it gives up: the writer is gone. */
const patienceMs = 30_000;

const [dataDir = '.'] = process.argv.slice(2);
const store = openReadOnly({ dataDir });
// Tells the writer that somebody looks on.
process.send?.('ready');
process.exitCode = (await follow(store)) ? 0 : 1;
store.close();
process.disconnect?.();

/** @returns whether all came that the writer wrote, each event once and in order */
async function follow(reader: ReadOnlyStore): Promise<boolean> {
  let seen = 0;
  let inOrder = true;
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    const { events, rebuilt } = reader.refresh();
    // Events that were seen may be taken back until they are durable: then all is read anew.
    if (rebuilt) seen = 0;
    if (events > 0) {
      // Sequences count from 0, so that this many events end before this one.
      const after = seen === 0 ? {} : { after: seen - 1 };
      for (const { sequence } of reader.query(Region.all(), after)) {
        inOrder &&= sequence === seen;
        seen += 1;
      }
    }
    if (reader.head('station') !== undefined) {
      process.stdout.write(`follower: ${seen} events, in order: ${inOrder}\n`);
      const [last] = reader.byKind(Closed);
      process.stdout.write(`follower: the last one is '${last?.name}'\n`);
      return inOrder;
    }
    await setTimeout(pollMs);
  }
  process.stdout.write('follower: the writer is gone\n');
  return false;
}
