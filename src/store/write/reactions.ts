import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import { UnknownCauseError } from '../../model/errors/write-errors.ts';
import type { Engine } from '../engine.ts';
import { getEvent } from '../read/read.ts';
import type { BatchItem } from './append-batch.ts';
import type { AppendOptions } from './append-request.ts';

/**
 * What an event reacts to: the id of a stored event, its receipt, or the event itself. Of an event
 * that is given whole nothing is read.
 */
export type Cause = string | { readonly eventId: string; readonly correlationId?: string };

/** What a reaction may be given: its cause says what caused it, and what it belongs to. */
export type ReactionOptions = Omit<AppendOptions, 'correlationId' | 'causationId'>;

/** The two ids that tie an event to what it reacts to. */
export interface Causation {
  readonly causationId: string;
  /** The correlation of the cause: the event that began it all. */
  readonly correlationId: string;
}

/** @throws {UnknownCauseError} when the store has no such event @throws {ArgumentTypeError} */
export function causationOf(engine: Engine, cause: Cause): Causation {
  if (typeof cause === 'string') return lookUp(engine, cause);
  if (typeof cause !== 'object' || cause === null || typeof cause.eventId !== 'string') {
    throw new ArgumentTypeError('cause', cause, 'the id of an event, a receipt or a stored event');
  }
  const { eventId, correlationId } = cause;
  return correlationId === undefined
    ? lookUp(engine, eventId)
    : { causationId: eventId, correlationId };
}

/** Options of a reaction, as those of any other append. */
export function reactionOptions(
  causation: Causation,
  options: ReactionOptions | undefined,
): AppendOptions {
  return { ...options, ...causation };
}

/** Items of a batch of reactions: those that name no cause of their own have the batch's. */
export function reactionItems(
  { causationId, correlationId }: Causation,
  items: readonly BatchItem[],
): BatchItem[] {
  return items.map((item) => ({
    causation: causationId,
    ...item,
    options: { ...item.options, correlationId },
  }));
}

function lookUp(engine: Engine, eventId: string): Causation {
  const event = getEvent(engine, eventId);
  if (event === undefined) throw new UnknownCauseError(eventId);
  return { causationId: event.eventId, correlationId: event.correlationId };
}
