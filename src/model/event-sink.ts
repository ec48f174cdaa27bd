import type { At } from './coordinate.ts';
import type { Expectation } from './errors/write-errors.ts';
import type { StoredEvent } from './event.ts';
import type { AnyEventDefinition } from './event-definition.ts';
import type { Receipt } from './receipt.ts';

/** One event of a reaction. What `item` makes can be used as one. */
export interface Reaction {
  readonly at: At;
  /** A definition, or a kind that the store doesn't reserve. */
  readonly kind: number | AnyEventDefinition;
  readonly payload: unknown;
  readonly options?: ReactionItemOptions;
  /** An earlier item of the same list, or the id of an event. @default the event reacted to */
  readonly causation?: { readonly item: number } | string;
}

/** As for any append; its idempotency key and its correlation are made from what it reacts to. */
export interface ReactionItemOptions {
  readonly expected?: Expectation;
  readonly flags?: number;
  readonly lane?: number;
  readonly extensions?: Readonly<Record<string, Uint8Array>>;
}

/** A reaction with the key that keeps it from being stored twice. */
export interface KeyedReaction extends Reaction {
  readonly options: ReactionItemOptions & { readonly idempotencyKey: string };
}

/** What takes the events that a reactor makes: a store. */
export interface EventSink {
  /**
   * Appends all of them as one atomic batch, caused by the event, in its correlation; `durable`
   * false leaves the sync to who asks for it.
   */
  appendReactionBatch(
    cause: StoredEvent,
    reactions: readonly KeyedReaction[],
    options: { readonly durable: boolean },
  ): readonly Receipt[];
  /** The event that bears the key, or `undefined`. */
  findByKey(idempotencyKey: string): StoredEvent | undefined;
}
