import { defined } from '../../model/assert.ts';
import type { Denial, GateIdentity } from '../../model/denial.ts';
import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import { UnreadableDecisionError } from '../../model/errors/gate-errors.ts';
import type { StoredEvent } from '../../model/event.ts';
import { decisionExtension } from '../../store/write/append-request.ts';
import { canonicalHash } from '../judged-value.ts';
import { type BypassReason, decodeDecision } from './decision-bytes.ts';
import { denialOf } from './denial-event.ts';

/** What gates made of an event: told apart by `type`. */
export type GateDecision =
  | {
      readonly type: 'approved';
      readonly event: StoredEvent;
      readonly receiptId: string;
      /** When it was decided, in microseconds since 1970. */
      readonly decidedAtUs: number;
      /** The gates that passed it, in order, as they were then. */
      readonly gates: readonly GateIdentity[];
      /** blake3, in hexadecimal, of the canonical text of the context that was judged. */
      readonly contextHash: string;
      /** The same of the proposed payload, of which this event is all or a part. */
      readonly payloadHash: string;
      /** The context itself; `undefined` unless the pipeline keeps it (`audit: 'context'`). */
      readonly context: unknown;
    }
  | {
      readonly type: 'bypassed';
      readonly event: StoredEvent;
      readonly receiptId: string;
      readonly decidedAtUs: number;
      /** Why the gates were not asked. */
      readonly bypass: BypassReason;
      readonly payloadHash: string;
    }
  | {
      readonly type: 'denied';
      /** The event that holds the denial. */
      readonly event: StoredEvent;
      readonly denial: Denial;
    };

/** What can be asked for an event: a store, or a follower of one. */
export interface EventLookup {
  /** The event with this id, or `undefined`. */
  get(eventId: string): StoredEvent | undefined;
}

/**
 * What gates made of an event: which passed it, or who let it past them and why, or the denial that
 * it holds. `undefined` for an event that came without gates, and when there is no such event.
 *
 * The decision is under the event's hash: `verify` finds it changed.
 *
 * @throws {UnreadableDecisionError} when a later release has written it
 * @throws {BatpakError} what `get` of the store throws
 */
export function explainDecision(store: EventLookup, eventId: string): GateDecision | undefined {
  if (typeof store !== 'object' || store === null || typeof store.get !== 'function') {
    throw new ArgumentTypeError('store', store, 'a Store or ReadOnlyStore');
  }
  const event = store.get(eventId);
  if (event === undefined) return undefined;
  const denial = denialOf(event);
  if (denial !== undefined) return { type: 'denied', event, denial };
  const bytes = event.extensions.get(decisionExtension);
  if (bytes === undefined) return undefined;
  const decision = decodeDecision(bytes);
  if (decision === undefined) throw new UnreadableDecisionError(event.eventId, bytes[0]);
  const { receiptId, decidedAtUs, gates, bypass, contextHash, payloadHash, context } = decision;
  const facts = { event, receiptId, decidedAtUs, payloadHash };
  if (bypass !== undefined) return { type: 'bypassed', ...facts, bypass };
  return {
    type: 'approved',
    ...facts,
    gates,
    contextHash: defined(contextHash, 'gates that were asked have judged a context'),
    context: context?.value,
  };
}

/**
 * Whether this context is the one that was judged, by the hash that a receipt, a denial or an
 * approved decision bears. Never true for a bypass, which judged none.
 *
 * @throws {ArgumentTypeError} {@link InvalidPayloadError} when the context can't have been judged
 */
export function verifyDecision(
  decision: { readonly contextHash: string | undefined },
  context: unknown,
): boolean {
  if (typeof decision !== 'object' || decision === null) {
    throw new ArgumentTypeError('decision', decision, 'a receipt, a denial or a decision');
  }
  return decision.contextHash === canonicalHash(context);
}
