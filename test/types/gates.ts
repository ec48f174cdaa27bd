/**
 * What the compiler takes and refuses of gates: checked by `tsc`, never run. An expected error that
 * does not come is an error itself.
 */
import {
  allow,
  type Denial,
  defineEvent,
  defineGate,
  type GateReceipt,
  GateSet,
  item,
  Proposal,
  pipeline,
  type Receipt,
  type Store,
  type Ticket,
} from 'batpak';

declare const store: Store;

interface Cents {
  readonly cents: number;
}

const Withdrawn = defineEvent<Cents>({ name: 'withdrawn' });
const funds = defineGate({
  name: 'funds',
  version: 1,
  evaluate: ({ balance }: { balance: number }, { cents }: Cents) => {
    return cents <= balance ? allow() : { type: 'denied', code: '', reason: '', facts: {} };
  },
});
const open = defineGate({
  name: 'open',
  version: 1,
  evaluate: ({ frozen }: { frozen: boolean }) => (frozen ? allow() : allow()),
});

/** Gates ask for what they look at, together. */
export function judged(): GateReceipt<Cents> | Denial {
  const gates = pipeline(store, [funds, open]);
  // @ts-expect-error One of the gates looks at more.
  gates.evaluate({ balance: 1 }, Proposal.of({ cents: 1 }));
  // @ts-expect-error A gate judges another payload.
  gates.evaluate({ balance: 1, frozen: false }, Proposal.of({ euros: 1 }));
  // @ts-expect-error A payload is not a proposal.
  gates.evaluate({ balance: 1, frozen: false }, { cents: 1 });
  pipeline(store, GateSet.of([])).evaluate(undefined, Proposal.of(1));
  pipeline(store, GateSet.of([open])).evaluate({ frozen: true }, Proposal.of({ any: 'thing' }));
  return gates.evaluate({ balance: 1, frozen: false }, Proposal.of({ cents: 1 }));
}

/** A commit takes a receipt, and gives what was written. */
export function committed(receipt: GateReceipt<Cents>, verdict: GateReceipt<Cents> | Denial): void {
  const gates = pipeline(store, [funds]);
  // @ts-expect-error It may be a denial.
  gates.commit(verdict, (payload) => item('a', Withdrawn, payload));
  if (verdict.type !== 'denied') gates.commit(verdict, (payload) => item('a', Withdrawn, payload));
  const one: Receipt = gates.commit(receipt, (payload) => item('a', Withdrawn, payload));
  const two: Receipt[] = gates.commit(receipt, (payload) => [item('a', Withdrawn, payload)]);
  const ticket: Ticket<Receipt> = gates.submit(receipt, (p) => item('a', Withdrawn, p));
  const batch: Ticket<Receipt[]> = gates.submit(receipt, (p) => [item('a', Withdrawn, p)]);
  // @ts-expect-error A plan answers at once.
  gates.commit(receipt, async (payload) => item('a', Withdrawn, payload));
  // @ts-expect-error The payload is the one that was judged.
  gates.commit(receipt, (payload) => item('a', Withdrawn, payload.euros));
  void [one, two, ticket.settled, batch.settled];
}

/** Nobody else makes a receipt. */
export function forged(receipt: GateReceipt<Cents>): unknown[] {
  // @ts-expect-error It is a type only: there is no class to construct it with.
  const constructed = new GateReceipt();
  // @ts-expect-error What has its fields is no receipt.
  const literal: GateReceipt<Cents> = {
    type: 'approved',
    id: receipt.id,
    gates: receipt.gates,
    bypass: undefined,
    contextHash: receipt.contextHash,
    payloadHash: receipt.payloadHash,
    payload: { cents: 1_000_000 },
  };
  // @ts-expect-error Nor is a copy with another payload.
  const copied: GateReceipt<Cents> = { ...receipt, payload: { cents: 1_000_000 } };
  // @ts-expect-error Nothing of it can be changed.
  receipt.payload = { cents: 1_000_000 };
  return [constructed, literal, copied];
}

/** Gates answer at once. */
export function defined(): void {
  // @ts-expect-error A promise is no answer.
  defineGate({ name: 'late', version: 1, evaluate: async () => allow() });
  // @ts-expect-error Neither is true.
  defineGate({ name: 'bare', version: 1, evaluate: () => true });
  // @ts-expect-error A version is needed: it is stored with what went through.
  defineGate({ name: 'bare', evaluate: () => allow() });
}
