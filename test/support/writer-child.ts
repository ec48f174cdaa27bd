/**
 * A process of its own that writes to the store in the directory named on its command line until it
 * is killed, and prints a line for each write that has returned. Started by writer-process.ts.
 */
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type BatchItem, openStore, type Receipt, repository } from 'batpak';
import { SeededRandom } from '../../src/platform/random.ts';
import { door } from './aggregates.ts';
import type { ReturnedEvent, WriterAnswer, WriterRequest } from './writer-process.ts';

const directory = process.argv[2] ?? '';
// Nobody is left to kill a process that lost its parent.
process.on('disconnect', () => process.exit());
process.on('message', (request: WriterRequest) => void writeOn(request));
process.send?.({ type: 'ready' } satisfies WriterAnswer);

/** Writes for ever: of four writes two are single events, one is a batch and one a command. */
async function writeOn({ seed, options }: WriterRequest): Promise<void> {
  const random = new SeededRandom(seed);
  const store = openStore({ dataDir: directory, ...options });
  const doors = repository(store, door);
  for (let write = 0; ; write += 1) {
    const choice = random.below(8);
    const durable = random.below(10) === 0;
    if (choice < 4) {
      const payload = { single: write, note: 'x'.repeat(random.below(300)) };
      const at = `entity:${random.below(20)}`;
      print([store.append(at, 0x1abc, payload, { durable })], [payload]);
    } else if (choice < 6) {
      const items = batchOf(`${seed}-${write}`, 1 + random.below(6), random);
      const receipts = store.appendBatch(items, { durable });
      print(
        receipts,
        items.map(({ payload }) => payload),
      );
    } else {
      const decision = doors.send(`${random.below(5)}`, { type: 'rang', times: write + 1 });
      if (!decision.accepted) throw new Error(`refused: ${decision.reason}`);
      const payload = { times: write + 1 };
      print([decision.receipt, ...decision.emitted], [payload, payload]);
    }
    // Lets the timer make its sync.
    if (write % 16 === 0) await setImmediate();
  }
}

function batchOf(batch: string, size: number, random: SeededRandom): BatchItem[] {
  return Array.from({ length: size }, (_, index) => ({
    at: `entity:${random.below(20)}`,
    kind: 0x1abd,
    payload: { batch, index, size },
    options: { idempotencyKey: `${batch}-${index}` },
  }));
}

function print(receipts: readonly Receipt[], payloads: readonly unknown[]): void {
  const write = receipts.map(
    ({ eventId, sequence, hash }, index): ReturnedEvent => ({
      eventId,
      sequence,
      hash: Buffer.from(hash ?? []).toString('hex'),
      payload: payloads[index],
    }),
  );
  // In one call, and not through a stream: what was printed is out when this returns.
  writeSync(1, `${JSON.stringify(write)}\n`);
}
