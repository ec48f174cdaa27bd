import { allow, type Denial, defineEvent, defineGate, deny, type GateReceipt } from 'batpak';

/** What the gates of these tests look at. */
export interface Balance {
  readonly balance: number;
}

/** What is proposed in these tests. */
export interface Cents {
  readonly cents: number;
}

export const Withdrawn = defineEvent<Cents>({ name: 'account.withdrawn' });
export const Deposited = defineEvent<Cents>({ name: 'account.deposited' });

export const funds = defineGate({
  name: 'funds',
  version: 2,
  description: 'An account never goes below zero.',
  evaluate: ({ balance }: Balance, { cents }: Cents) =>
    cents <= balance
      ? allow()
      : deny({ code: 'FUNDS_MISSING', reason: `only ${balance} left`, facts: { balance } }),
});

export const positive = defineGate({
  name: 'positive',
  version: 1,
  evaluate: (_: unknown, { cents }: Cents) =>
    cents > 0 ? allow() : deny({ code: 'NOT_POSITIVE', reason: 'an amount is above zero' }),
});

/** The receipt, where the test knows that there is one. */
export function approved<Payload>(verdict: GateReceipt<Payload> | Denial): GateReceipt<Payload> {
  if (verdict.type === 'denied') throw new Error(`denied: ${verdict.code}`);
  return verdict;
}

/** The denial, where the test knows that there is one. */
export function denied(verdict: GateReceipt | Denial): Denial {
  if (verdict.type !== 'denied') throw new Error(`${verdict.type}, not denied`);
  return verdict;
}
