/**
 * A process of its own that starts jobs in the store in the directory named on its command line,
 * and runs their effects, until it is killed. It prints a line when an action or an actor begins.
 * Started by a test through writer-process.ts.
 */
import { writeSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { effects, openStore, repository } from 'batpak';
import { SeededRandom } from '../../src/platform/random.ts';
import { type EffectLine, type EffectsRequest, job } from './effects-facts.ts';

const directory = process.argv[2] ?? '';
// Nobody is left to kill a process that lost its parent.
process.on('disconnect', () => process.exit());
process.on('message', (request: EffectsRequest) => void run(request));
process.send?.({ type: 'ready' });

// In one call, and not through a stream: what was printed is out when this returns.
function print(line: EffectLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function run({ seed, options }: EffectsRequest): Promise<void> {
  const random = new SeededRandom(seed);
  const store = openStore({ dataDir: directory, ...options });
  store.onError = (failure) => {
    // Thrown here it would be caught: so it ends the process.
    queueMicrotask(() => {
      throw failure;
    });
  };
  const jobs = repository(store, job);
  effects(jobs, {
    actors: {
      work: async ({ key }) => {
        print({ did: 'actor', key });
        await setTimeout(random.below(5));
        return 7;
      },
    },
    actions: { tell: ({ key }) => print({ did: 'action', key }) },
  }).start({ from: 'beginning' });
  for (;;) {
    jobs.send(`${seed}-${random.below(1000)}`, { type: 'started' });
    if (random.below(4) === 0) jobs.send(`${seed}-${random.below(1000)}`, { type: 'restarted' });
    await setImmediate();
    if (random.below(3) === 0) await setTimeout(1);
  }
}
