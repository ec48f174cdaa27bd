import type { AnyStateMachine } from 'xstate';
import type { Denial } from '../../model/denial.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { AggregateState } from '../repository/state.ts';

/**
 * Why a command was refused.
 *
 * - `unhandled` no active state lists the event, or the definition doesn't
 * - `forbidden` a state lists it with neither target nor actions
 * - `guard` states list it, and every guard said no
 * - `done` `failed` the machine has ended
 * - `invalid` the payload is refused by its schema, or is not JSON
 * - `conflict` the aggregate is not at the clock that was expected
 * - `denied` a gate denied it, see {@link Refused.denial}
 * - `fenced` a visibility fence is open: send it again when that is over
 */
export type RefusalReason =
  | 'unhandled'
  | 'forbidden'
  | 'guard'
  | 'done'
  | 'failed'
  | 'invalid'
  | 'conflict'
  | 'denied'
  | 'fenced';

/** The command was accepted, and what it led to is stored. */
export interface Accepted<Machine extends AnyStateMachine> {
  readonly accepted: true;
  /** State after the command; for a retry the state now. */
  readonly state: AggregateState<Machine>;
  readonly receipt: Receipt;
  /** Receipts of what the machine emitted; empty for a retry. */
  readonly emitted: readonly Receipt[];
  /** Whether an earlier call with the same idempotency key stored it. */
  readonly replayed: boolean;
}

/** The command was refused, and nothing was stored. */
export interface Refused<Machine extends AnyStateMachine> {
  readonly accepted: false;
  readonly reason: RefusalReason;
  /** The command as it was sent. */
  readonly event: { readonly type: string };
  /** State of the aggregate, unchanged; `undefined` when it has not begun. */
  readonly state: AggregateState<Machine> | undefined;
  /** For `guard`: names of the guards that said no. */
  readonly guards?: readonly string[];
  /** For `invalid`: where in the payload, and what is wrong. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  /** For `conflict`: clock of the aggregate's last event; `undefined` when it has none. */
  readonly actual?: number | undefined;
  /** For `denied`: the gate, and why. */
  readonly denial?: Denial;
}

/** All commands of a call were accepted, and what they led to is stored as one batch. */
export interface AllAccepted<Machine extends AnyStateMachine> {
  readonly accepted: true;
  /** In the order of the commands. */
  readonly decisions: readonly Accepted<Machine>[];
  /** Whether an earlier call with the same idempotency keys stored them. */
  readonly replayed: boolean;
}

/** A command of a call was refused, and nothing of the call was stored. */
export interface OneRefused<Machine extends AnyStateMachine> extends Refused<Machine> {
  /** Which command of the call it was, from 0. Its `actual` counts those before it. */
  readonly index: number;
}

/** What became of several commands. */
export type DecisionOfAll<Machine extends AnyStateMachine = AnyStateMachine> =
  | AllAccepted<Machine>
  | OneRefused<Machine>;

/** What became of a command. */
export type Decision<Machine extends AnyStateMachine = AnyStateMachine> =
  | Accepted<Machine>
  | Refused<Machine>;
