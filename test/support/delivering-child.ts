/**
 * A process of its own that appends to the store in the directory named on its command line while a
 * worker and a reactor work with what it appends, until it is killed. It prints a line for each
 * batch that its worker is through with, before the worker goes on. Started by a test through
 * writer-process.ts.
 */
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openStore, Region } from 'batpak';
import { SeededRandom } from '../../src/platform/random.ts';
import { type DeliveringRequest, echoing, orders, sourceKind } from './delivering-facts.ts';

const directory = process.argv[2] ?? '';
// Nobody is left to kill a process that lost its parent.
process.on('disconnect', () => process.exit());
process.on('message', (request: DeliveringRequest) => void run(request));
process.send?.({ type: 'ready' });

async function run({ seed, options }: DeliveringRequest): Promise<void> {
  const random = new SeededRandom(seed);
  const store = openStore({ dataDir: directory, ...options });
  store.onError = (failure) => {
    // Thrown here it would be caught: so it ends the process.
    queueMicrotask(() => {
      throw failure;
    });
  };
  store.cursorWorker(
    orders,
    async (events) => {
      if (random.below(4) === 0) await setImmediate();
      const sequences = events.map(({ sequence }) => sequence);
      // In one call, and not through a stream: what was printed is out when this returns.
      writeSync(1, `${JSON.stringify(sequences)}\n`);
    },
    { name: 'worker', batchSize: 1 + random.below(8) },
  );
  store.react(Region.namespace('order'), echoing, {
    name: 'reactor',
    batchSize: 1 + random.below(8),
  });
  for (let turn = 0; ; turn += 1) {
    const count = random.below(4);
    for (let each = 0; each < count; each += 1) {
      store.append(`order:${random.below(5)}`, sourceKind, { turn });
    }
    await setImmediate();
  }
}
