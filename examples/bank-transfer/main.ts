/**
 * Transfers between accounts, behind gates: a denied one writes nothing unless it is asked to, an
 * approved one is a batch over two accounts, and each event can tell later who let it through.
 *
 *     npm run example bank-transfer
 */
import {
  appendDenial,
  denialKind,
  explainDecision,
  isBatpakError,
  item,
  openStore,
  Proposal,
  pipeline,
  Region,
} from 'batpak';
import { memoryPlatform } from 'batpak/testing';
import { balance, Deposited, type Transfer, transferOf, Withdrawn } from './accounts.ts';
import { balanced, funds, notFrozen } from './gates.ts';

const store = openStore({ dataDir: '/bank', platform: memoryPlatform() });
const gates = pipeline(store, [balanced, notFrozen, funds], { audit: 'context' });
const frozen: string[] = [];

/** Both sides of a transfer, as the items of one batch. */
function sides({ from, to }: Transfer) {
  const head = store.head(from.account);
  // What the gates have seen of the account is still so when the batch is written.
  const expected = head === undefined ? ('none' as const) : head.clock;
  return [
    item(from.account, Withdrawn, from, { options: { expected } }),
    item(to.account, Deposited, to, { causation: { item: 0 } }),
  ];
}

function transfer(from: string, to: string, cents: number): void {
  const bank = { balance: store.project(balance, from) ?? 0, frozen };
  const verdict = gates.evaluate(bank, Proposal.of(transferOf(from, to, cents)));
  if (verdict.type === 'denied') {
    print(`${from} → ${to} ${cents}: ${verdict.code}, ${verdict.reason}`);
    // Not by itself: somebody who can be denied a thousand times a second would fill the disk.
    appendDenial(store, verdict, { at: from });
    return;
  }
  const [debit] = gates.commit(verdict, sides);
  print(`${from} → ${to} ${cents}: done, ${debit?.durability}`);
  // The receipt is used up.
  try {
    gates.commit(verdict, sides);
  } catch (cause) {
    if (!isBatpakError(cause)) throw cause;
    print(`  again: ${cause.code}`);
  }
}

// Somebody must have money to begin with, and no gate would let it come from nowhere.
const opening = Proposal.of(transferOf('bank', 'ann', 1_000));
const reason = { name: 'opening-balance', justification: 'cash paid in at the counter' };
gates.commit(gates.bypass(opening, reason), sides);

transfer('ann', 'ben', 300);
transfer('ann', 'ben', 800);
frozen.push('ben');
transfer('ben', 'ann', 100);

print(`ann ${store.project(balance, 'ann')}, ben ${store.project(balance, 'ben')}`);
for (const { eventId } of store.query(Region.all())) {
  const decision = explainDecision(store, eventId);
  if (decision === undefined) continue;
  const { event } = decision;
  const what = event.kind === denialKind ? 'denied' : event.name;
  print(`${event.sequence} ${event.entity} ${what}: ${told(decision)}`);
}
print(`verified: ${store.verify().ok}`);

function told(decision: NonNullable<ReturnType<typeof explainDecision>>): string {
  switch (decision.type) {
    case 'approved':
      return decision.gates.map(({ name, version }) => `${name} v${version}`).join(', ');
    case 'bypassed':
      return `bypassed, ${decision.bypass.name}: ${decision.bypass.justification}`;
    case 'denied':
      return `${decision.denial.gate.name} v${decision.denial.gate.version}`;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
