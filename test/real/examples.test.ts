import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What an example prints, line by line. Fails when it ends with another status than 0. */
async function printedBy(name: string): Promise<string[]> {
  const main = join('examples', name, 'main.ts');
  const program = ['--import', 'tsx', '--conditions=batpak-source', main];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root });
  return stdout.trimEnd().split('\n');
}

describe('the example', () => {
  it('visibility-fence shows a transfer whole or not at all', async () => {
    expect(await printedBy('visibility-fence')).toEqual([
      'ann pays 300 to ben',
      '  staged 1 event; account:ben still has 0',
      '  committed: durable, durable',
      'ann pays 300 to ben again',
      '  staged 1 event; account:ben still has 300',
      '  refused: nothing of it was written',
      'while a fence is open, others wait',
      '  append: BATPAK_VISIBILITY_FENCE_ACTIVE',
      '  tryAppend: cancelled',
      'ann 200, ben 300; 3 events, verified: true',
    ]);
  });

  it('outbox keeps what a full disk refused, and stores it later', async () => {
    expect(await printedBy('outbox')).toEqual([
      'staged 3, stored 0',
      'flushed: stored 3, durable',
      '  stock:lamp because of the order: true',
      '  stock:bulb because of the order: true',
      'the disk is full: stored 3, kept 2',
      'flushed: 4 events, kept 0',
      'submitted: durable, durable',
      '9 events, closed cleanly: true',
    ]);
  });

  it('batch-append imports once, however often, and refuses a batch as a whole', async () => {
    const printed = await printedBy('batch-append');
    expect(printed.slice(0, 2)).toEqual(['imported: 2000 lines', 'imported again: 0 lines']);
    expect(printed[2]).toMatch(/^refused in 'validating' because of item 1: /);
    expect(printed.slice(3)).toEqual([
      'stored of it: 0',
      'all of it is durable: true',
      'account:0 has 286 events, clocks 0 to 285',
    ]);
  });

  it('schema-evolution tells what a new version refuses, and how to read it', async () => {
    expect(await printedBy('schema-evolution')).toEqual([
      'the draft: not ok, 3 events',
      '  failed ticket:1 at 0',
      '  refused ticket:2 at 2',
      'with upcasts: not ok, 3 events',
      '  refused ticket:2 at 2',
      'with onRefused: ok, 3 events',
      '  refused ticket:2 at 2',
      'ticket 1: busy, with the team of kim, nudged 1',
      'ticket 2: busy, skipped 1',
      '  ticket.resolved refused: not begun',
      '  ticket.assigned input: busy',
    ]);
  });

  it('read-only-follower sees each event of another process once and in order', async () => {
    // Two processes print: the last line may be of either.
    expect((await printedBy('read-only-follower')).sort()).toEqual([
      'follower: 2001 events, in order: true',
      "follower: the last one is 'station.closed'",
      'writer: 2001 events, the last one is durable',
    ]);
  });

  it('dungeon-doors moves as its states allow, and refuses the rest', async () => {
    expect(await printedBy('dungeon-doors')).toEqual([
      'a wooden key: refused, guard',
      'a brass key: the gate is ajar',
      'an axe, too late: moved, ajar',
      'locked while ajar: refused, unhandled',
      'door.unlocked, door.opened',
    ]);
  });

  it('quickstart refuses, retries, and finds its state again', async () => {
    expect(await printedBy('quickstart')).toEqual([
      "refused by guard 'notEmpty'",
      'click-1: 2 items, replayed false',
      'click-1: 2 items, replayed true',
      'click-2: 4 items, replayed false',
      'placed, 4 items',
      '  0 cart.added',
      '  1 cart.added',
      '  2 cart.ordered',
      'checked: true',
    ]);
  });

  it('cursor-worker mails orders, parks what fails, reserves exactly once', async () => {
    expect(await printedBy('cursor-worker')).toEqual([
      'a worker and a reactor',
      '  mailed order:1',
      '  mailed order:2',
      '  mailed order:4',
      '  parked: order:3, Error: no mailbox for order:3',
      '  reserved: 4',
      'the power fails',
      'they go on where they were',
      '  mailed order:5',
      '  mailed order:6',
      '  reserved: 6, parked: 1',
      'the mailbox is mended',
      '  mailed order:3',
      '  parked: 0',
      'mailer is at 12',
      'reserver is at 10',
    ]);
  });

  it('chat-room tells a slow guest what it missed, and keeps all for another', async () => {
    expect(await printedBy('chat-room')).toEqual([
      "ben sees 'hello ben' of ann",
      'cleo catches up',
      '  cleo has missed 2 lines',
      "  cleo sees 'line 3' of ann",
      "  cleo sees 'line 4' of ann",
      "  cleo sees 'line 5' of ann",
      'dora was away, and reads all of it',
      "  8 lines, the first is 'anybody here?' of ann",
      "  and then 'bye' of ben",
      '1 line since the counting began',
      'ben has left: after 7 lines of others',
    ]);
  });

  it('bank-transfer lets through what its gates allow, and can tell why later', async () => {
    expect(await printedBy('bank-transfer')).toEqual([
      'ann → ben 300: done, durable',
      '  again: BATPAK_GATE_RECEIPT_USED',
      'ann → ben 800: FUNDS_MISSING, ann has 700',
      'ben → ann 100: FROZEN, ben is frozen',
      'ann 700, ben 300',
      '0 bank account.withdrawn: bypassed, opening-balance: cash paid in at the counter',
      '1 ann account.deposited: bypassed, opening-balance: cash paid in at the counter',
      '2 ann account.withdrawn: balanced v1, not-frozen v1, funds v3',
      '3 ben account.deposited: balanced v1, not-frozen v1, funds v3',
      '4 ann denied: funds v3',
      '5 ben denied: not-frozen v1',
      'verified: true',
    ]);
  });

  it('order-fulfilment gives back what was reserved, also after the shop was closed', async () => {
    expect(await printedBy('order-fulfilment')).toEqual([
      'three orders',
      '  mail about good: paid: r-1',
      '  mail about declined: cancelled: the card was declined',
      '  mail about good: on its way',
      'the silent one is charging; 1 lamp is left',
      'the shop is closed for an hour',
      '  mail about silent: cancelled: not paid in time',
      'the silent one is cancelled: not paid in time',
      'one more, which is paid in time',
      '  mail about good-2: paid: r-2',
      '  mail about good-2: on its way',
      'charged 2 times; 1 lamp is left',
      '  0 input → "reserving"',
      '  1 result → "charging"',
      '  2 result → "releasing"',
      '  3 result → "cancelled"',
      'verified: true',
    ]);
  });

  it('agent-audit-log tells what an agent did, what it was denied, and by whom', async () => {
    expect(await printedBy('agent-audit-log')).toEqual([
      'read /notes.txt: buy milk',
      'read /secrets/key: denied, /secrets/key is not for agents',
      'write /plan.txt: denied, the agent did not say why',
      'read /milk.txt: it failed',
      'write /plan.txt: written by an agent',
      'the log',
      '  0 agent.called: approved by with-reason v1,no-secrets v2',
      '  1 result (102): of a tool',
      '  2 denied: no-secrets, SECRET',
      '  3 denied: with-reason, NO_REASON',
      '  4 agent.called: approved by with-reason v1,no-secrets v2',
      '  5 result (103): of a tool',
      '  6 agent.called: approved by with-reason v1,no-secrets v2',
      '  7 result (102): of a tool',
      '  8 agent.finished: approved by with-reason v1,no-secrets v2',
      'verified: true',
    ]);
  });
});
