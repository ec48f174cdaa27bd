import { defineEvent, defineProjection } from 'batpak';

/** One side of a transfer, as it is stored in the stream of its account. */
export interface Side {
  readonly account: string;
  readonly cents: number;
}

/** Both sides: what is proposed and judged, and of which nothing but these parts is written. */
export interface Transfer {
  readonly from: Side;
  readonly to: Side;
}

export const Withdrawn = defineEvent<Side>({ name: 'account.withdrawn' });
export const Deposited = defineEvent<Side>({ name: 'account.deposited' });

/** What is on an account, in cents. */
export const balance = defineProjection({
  name: 'balance',
  version: 1,
  initial: () => 0,
  apply: (cents, { name, payload }) => {
    if (name === Deposited.name) return cents + centsOf(payload);
    return name === Withdrawn.name ? cents - centsOf(payload) : cents;
  },
});

/** A transfer of so many cents. */
export function transferOf(from: string, to: string, cents: number): Transfer {
  return { from: { account: from, cents }, to: { account: to, cents } };
}

function centsOf(payload: unknown): number {
  return typeof payload === 'object' && payload !== null && 'cents' in payload
    ? Number(payload.cents)
    : 0;
}
