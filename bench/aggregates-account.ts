import type { AnyStateMachine } from 'xstate';
import type { Store } from '../src/index.ts';
import { library } from './library.ts';
import { mustEqual } from './measure.ts';
import { pathOf, reduceHistory } from './replay-case.ts';
import {
  historyOf,
  nestedCycle,
  nestedMachine,
  type ReplayEvent,
  type ReplayState,
  reduceNested,
} from './replay-machines.ts';

const name = 'account';

/** What an account starts as, written by hand. */
const initial: ReplayState = { value: 'open.active.unseen', total: 0 };

/** The events of an account as they are stored, by type. */
export const accountEvents = Object.fromEntries(
  [...new Set(nestedCycle)].map((type) => {
    const definition = library.defineEvent<{ amount: number }>({ name: `${name}.${type}` });
    return [type, definition];
  }),
);

// Its events are typed as texts, for which commands have no types either.
const machine: AnyStateMachine = nestedMachine;

/** The nested machine of the replays as an aggregate. */
export const account = library.defineAggregate({
  name,
  version: 1,
  machine,
  scope: 'bench',
  events: accountEvents,
});

/** So many events that an account accepts. */
export function accountHistory(events: number): readonly ReplayEvent[] {
  return historyOf(nestedCycle, events);
}

/** The entity of the account of this id. */
export function accountEntity(id: number): string {
  return account.entityOf(String(id));
}

/** Sends a command to an account, and checks that it is accepted. */
export function sendTo(
  accounts: ReturnType<typeof openAccounts>,
  id: number,
  event: ReplayEvent,
): number {
  const decision = accounts.send(String(id), event);
  mustEqual(event.type, decision.accepted || decision.reason, true);
  return decision.state?.context['total'] ?? 0;
}

/** The accounts of a store. */
export function openAccounts(store: Store, options: Parameters<typeof library.repository>[2] = {}) {
  return library.repository(store, account, options);
}

/** Checks that an account is where the events lead to, as someone would write it by hand. */
export function mustBeAt(
  state:
    | { readonly value: unknown; readonly context: Readonly<Record<string, unknown>> }
    | undefined,
  history: readonly ReplayEvent[],
): void {
  const expected = reduceHistory({
    ...{ name: 'nested', machine: nestedMachine, history, shortHistory: history },
    ...{ initial, reduce: reduceNested },
  });
  mustEqual('state of the account', pathOf(state?.value), expected.value);
  mustEqual('total of the account', state?.context.total, expected.total);
}
