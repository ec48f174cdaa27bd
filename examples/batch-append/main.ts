/**
 * Atomic batches: all items are stored or none, across entities, also when the process is killed or
 * power fails in the middle. Here an import, line by line into batches that can be repeated.
 *
 * npm run example batch-append
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchFailedError,
  type BatchItem,
  defineEvent,
  item,
  openStore,
  Region,
  type Store,
} from 'batpak';

const Booked = defineEvent<{ cents: number; text: string }>({ name: 'booked' });

/** So many items fit one batch: option `batch.maxSize`. */
const batchSize = 256;

/** What is imported: a line, and the account that it belongs to. */
function* lines(count: number): Generator<{ account: string; cents: number }> {
  for (let number = 0; number < count; number += 1) {
    yield { account: `account:${number % 7}`, cents: ((number * 37) % 1000) - 400 };
  }
}

/**
 * Writes the lines in batches, each durable when it returns. A key for each line makes it harmless
 * to run it again, wherever it was cut short. @returns how many lines were new
 */
function importLines(store: Store, count: number): number {
  const before = store.eventCount;
  let batch: BatchItem[] = [];
  let number = 0;
  for (const { account, cents } of lines(count)) {
    const payload = { cents, text: `line ${number}` };
    batch.push(item(account, Booked, payload, { options: { idempotencyKey: `line ${number}` } }));
    number += 1;
    if (batch.length < batchSize && number < count) continue;
    store.appendBatch(batch);
    batch = [];
  }
  return store.eventCount - before;
}

/** A batch of which one item doesn't hold: none is stored, and the error names that item. */
function refuseWhole(store: Store): void {
  const before = store.eventCount;
  try {
    store.appendBatch([
      item('account:new', Booked, { cents: 100, text: 'first' }, { options: { expected: 'none' } }),
      item('account:0', Booked, { cents: 100, text: 'first' }, { options: { expected: 'none' } }),
    ]);
  } catch (cause) {
    if (!(cause instanceof BatchFailedError)) throw cause;
    print(`refused in '${cause.stage}' because of item ${cause.itemIndex}: ${cause.message}`);
  }
  print(`stored of it: ${store.eventCount - before}`);
}

function run(store: Store): void {
  print(`imported: ${importLines(store, 2000)} lines`);
  print(`imported again: ${importLines(store, 2000)} lines`);
  refuseWhole(store);
  const last = store.eventCount - 1;
  print(`all of it is durable: ${store.durableThrough() === last}`);
  const account = [...store.query(Region.entity('account:0'))];
  print(`account:0 has ${account.length} events, clocks 0 to ${account.at(-1)?.clock}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const dataDir = mkdtempSync(join(tmpdir(), 'batpak-example-'));
try {
  using store = openStore({ dataDir });
  run(store);
} finally {
  rmSync(dataDir, { recursive: true });
}
