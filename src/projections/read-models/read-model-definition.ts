import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import type { IndexEntry, StoredEvent } from '../../model/event.ts';
import type { AnyEventDefinition } from '../../model/event-definition.ts';
import { Region } from '../../model/region.ts';
import { checkFold, type EventOf, type ProjectionReads } from '../projection.ts';

/** How the events of a region are folded into one state. Made by {@link defineReadModel}. */
export interface ReadModelDefinition<State> {
  readonly name: string;
  readonly version: number;
  readonly region: Region;
  /** The events that it reads; `undefined` for all of the region. */
  readonly events: readonly AnyEventDefinition[] | undefined;
  readonly reads: ProjectionReads;
  /** The state before the first event. */
  initial(): State;
  /** The state after an event. */
  apply(state: State, event: StoredEvent): State;
}

interface ReadModelParts<State> {
  /** Name of its state in a cache: 1 to 255 characters. */
  readonly name: string;
  /** 0 to 2^32 - 1. Raise it when the fold changes: a state of another version is never used. */
  readonly version: number;
  /** Which events it is about. */
  readonly region: Region;
  /** The state before the first event. */
  readonly initial: () => State;
}

/** What {@link defineReadModel} takes. */
export interface ReadModelOptions<State, Events extends readonly AnyEventDefinition[]>
  extends ReadModelParts<State> {
  /** The events that it reads; others don't change the state. @default all of the region */
  readonly events?: Events;
  readonly reads?: 'events';
  /** The state after an event: a new one, or the old one changed in place. */
  readonly apply: (state: State, event: EventOf<Events>) => State;
}

/** What {@link defineReadModel} takes for a fold that needs no payloads. */
export interface EntryReadModelOptions<State> extends ReadModelParts<State> {
  /** The events that it reads; others don't change the state. @default all of the region */
  readonly events?: readonly AnyEventDefinition[];
  /** Only the index is read, which is in memory: neither payloads nor ids. */
  readonly reads: 'entries';
  /** The state after an event: a new one, or the old one changed in place. */
  readonly apply: (state: State, entry: IndexEntry) => State;
}

/**
 * Defines a read model: a fold over the events of many entities, in the order of their sequences.
 * `apply` may change the state in place, as copying a large one for each event would be slow; what
 * was answered before then changes with it.
 *
 * ```ts
 * const open = defineReadModel({
 *   name: 'open-tickets', version: 1, region: Region.namespace('ticket'),
 *   events: [Opened, Closed],
 *   initial: (): Record<string, true> => ({}),
 *   apply: (state, event) => {
 *     if (isEvent(event, Opened)) state[event.entity] = true;
 *     else delete state[event.entity];
 *     return state;
 *   },
 * });
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} when a part is missing or wrong
 */
export function defineReadModel<State>(
  options: EntryReadModelOptions<State>,
): ReadModelDefinition<State>;
export function defineReadModel<
  State,
  const Events extends readonly AnyEventDefinition[] = readonly AnyEventDefinition[],
>(options: ReadModelOptions<State, Events>): ReadModelDefinition<State>;
export function defineReadModel<State>(
  options: EntryReadModelOptions<State> | ReadModelOptions<State, readonly AnyEventDefinition[]>,
): ReadModelDefinition<State> {
  const parts = checkFold('read model', options, ['region']);
  const { region, initial } = options;
  if (!(region instanceof Region)) throw new ArgumentTypeError('region', region, 'a Region');
  // Its fold gets what `reads` and `events` say, and nothing else: that is what its type says, too.
  const apply = options.apply as (state: State, event: StoredEvent) => State;
  const definition = Object.freeze({ ...parts, region, initial, apply });
  defined.add(definition);
  return definition;
}

const defined = new WeakSet<object>();

/** @throws {ArgumentTypeError} unless {@link defineReadModel} has made it */
export function checkReadModel(field: string, definition: unknown): void {
  if (typeof definition === 'object' && definition !== null && defined.has(definition)) return;
  throw new ArgumentTypeError(field, definition, 'what defineReadModel returned');
}
