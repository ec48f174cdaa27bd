/**
 * A process of its own that writes to the store in the directory named on its command line, in
 * every way there is, until it is killed. It prints a line for each thing that it is told by the
 * store, before it goes on. Started by a test through writer-process.ts.
 */
import { writeSync } from 'node:fs';
import type { KilledFact, KilledRequest } from './killed-facts.ts';
import { KilledWriting } from './killed-writing.ts';

const directory = process.argv[2] ?? '';
// Nobody is left to kill a process that lost its parent.
process.on('disconnect', () => process.exit());
process.on('message', (request: KilledRequest) => {
  void new KilledWriting(directory, request, tell).run();
});
process.send?.({ type: 'ready' });

function tell(fact: KilledFact): void {
  // In one call, and not through a stream: what was printed is out when this returns.
  writeSync(1, `${JSON.stringify(fact)}\n`);
}
