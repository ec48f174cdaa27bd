/**
 * A visibility fence: what is decided step by step becomes visible at once, or never. Here money
 * goes from one account to another; nobody ever sees a part of a transfer.
 *
 * npm run example visibility-fence
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineEvent,
  defineProjection,
  openStore,
  type Store,
  VisibilityFenceActiveError,
} from 'batpak';

const Moved = defineEvent<{ cents: number }>({ name: 'money.moved' });

const balance = defineProjection({
  name: 'balance',
  version: 1,
  initial: () => 0,
  apply: (cents: number, event) => cents + (event.payload as { cents: number }).cents,
});

class InsufficientFunds extends Error {}

function balanceOf(store: Store, account: string): number {
  return store.project(balance, account) ?? 0;
}

/** Both sides of a transfer, or neither. Leaving the block without `commit` cancels the fence. */
function transfer(store: Store, from: string, to: string, cents: number): void {
  using fence = store.beginVisibilityFence();
  fence.submit(to, Moved, { cents });
  print(`  staged ${fence.length} event; ${to} still has ${balanceOf(store, to)}`);
  // Decided in the middle: what is staged already was never on the disk.
  if (balanceOf(store, from) < cents) throw new InsufficientFunds();
  fence.submit(from, Moved, { cents: -cents });
  const receipts = fence.commit();
  print(`  committed: ${receipts.map(({ durability }) => durability).join(', ')}`);
}

function run(store: Store): void {
  store.append('account:ann', Moved, { cents: 500 });
  print('ann pays 300 to ben');
  transfer(store, 'account:ann', 'account:ben', 300);
  print('ann pays 300 to ben again');
  try {
    transfer(store, 'account:ann', 'account:ben', 300);
  } catch (cause) {
    if (!(cause instanceof InsufficientFunds)) throw cause;
    print('  refused: nothing of it was written');
  }
  print('while a fence is open, others wait');
  const fence = store.beginVisibilityFence();
  try {
    store.append('account:ben', Moved, { cents: 1 });
  } catch (cause) {
    if (!(cause instanceof VisibilityFenceActiveError)) throw cause;
    print(`  append: ${cause.code}`);
  }
  print(`  tryAppend: ${store.tryAppend('account:ben', Moved, { cents: 1 }).type}`);
  fence.cancel();
  const balances = ['ann', 'ben'].map((name) => `${name} ${balanceOf(store, `account:${name}`)}`);
  print(`${balances.join(', ')}; ${store.eventCount} events, verified: ${store.verify().ok}`);
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
