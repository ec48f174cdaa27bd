import { allow, defineGate, deny } from 'batpak';
import type { Transfer } from './accounts.ts';

/** What the gates look at besides the transfer. */
export interface Bank {
  /** Cents on the account that pays. */
  readonly balance: number;
  readonly frozen: readonly string[];
}

export const balanced = defineGate({
  name: 'balanced',
  version: 1,
  description: 'What leaves one account arrives on another.',
  evaluate: (_: Bank, { from, to }: Transfer) =>
    from.cents === to.cents && from.cents > 0 && from.account !== to.account
      ? allow()
      : deny({ code: 'UNBALANCED', reason: 'the two sides do not match' }),
});

export const notFrozen = defineGate({
  name: 'not-frozen',
  version: 1,
  description: 'A frozen account neither pays nor is paid.',
  evaluate: ({ frozen }: Bank, { from, to }: Transfer) => {
    const account = [from.account, to.account].find((each) => frozen.includes(each));
    return account === undefined
      ? allow()
      : deny({ code: 'FROZEN', reason: `${account} is frozen`, facts: { account } });
  },
});

export const funds = defineGate({
  name: 'funds',
  version: 3,
  description: 'No account goes below zero.',
  evaluate: (bank: Bank, { from }: Transfer) =>
    from.cents <= bank.balance
      ? allow()
      : deny({ code: 'FUNDS_MISSING', reason: `${from.account} has ${bank.balance}` }),
});
