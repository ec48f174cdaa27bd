import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import type { IndexEntry, StoredEvent } from '../model/event.ts';
import type { AnyEventDefinition, EventDefinition } from '../model/event-definition.ts';
import type { TypedEvent } from '../model/typed-event.ts';

const nameMax = 255;
const versionMax = 0xffff_ffff;

/** What a fold reads: whole events from the disk, or their entries in the index in memory. */
export type ProjectionReads = 'events' | 'entries';

/** How events are folded into a state. Made by {@link defineProjection}. */
export interface Projection<State> {
  readonly name: string;
  readonly version: number;
  /** The events that it reads; `undefined` for all. */
  readonly events: readonly AnyEventDefinition[] | undefined;
  readonly reads: ProjectionReads;
  /** Whether a state that was kept may be folded on. */
  readonly incremental: boolean;
  /** The state before the first event. */
  initial(): State;
  /** The state after an event. */
  apply(state: State, event: StoredEvent): State;
}

/** Type of the state that a projection folds. */
export type StateOf<Folded> = Folded extends Projection<infer State> ? State : never;

/** The events of some definitions as `apply` gets them: a union over their payloads. */
export type EventOf<Events extends readonly AnyEventDefinition[]> =
  Events[number] extends infer Definition
    ? Definition extends EventDefinition<infer Payload, infer _Input>
      ? TypedEvent<Payload>
      : StoredEvent
    : never;

interface ProjectionParts<State> {
  /** Name of its states in a cache: 1 to 255 characters. */
  readonly name: string;
  /** 0 to 2^32 - 1. Raise it when the fold changes: states of another version are never used. */
  readonly version: number;
  /** The state before the first event. */
  readonly initial: () => State;
  /**
   * Whether a state that was kept may be folded on. `false` folds from the first event again
   * whenever there is a new one; then `apply` may change its state in place. @default true
   */
  readonly incremental?: boolean;
}

/** What {@link defineProjection} takes. */
export interface ProjectionOptions<State, Events extends readonly AnyEventDefinition[]>
  extends ProjectionParts<State> {
  /** The events that it reads; others don't change the state. @default all */
  readonly events?: Events;
  readonly reads?: 'events';
  /** The state after an event. Returns a new state, and leaves the old one as it was. */
  readonly apply: (state: State, event: EventOf<Events>) => State;
}

/** What {@link defineProjection} takes for a fold that needs no payloads. */
export interface EntryProjectionOptions<State> extends ProjectionParts<State> {
  /** The events that it reads; others don't change the state. @default all */
  readonly events?: readonly AnyEventDefinition[];
  /** Only the index is read, which is in memory: neither payloads nor ids. */
  readonly reads: 'entries';
  /** The state after an event. Returns a new state, and leaves the old one as it was. */
  readonly apply: (state: State, entry: IndexEntry) => State;
}

/**
 * Defines a projection: a pure fold over the events of an entity, of its lane 0. With `events` the
 * payload has their type, and was brought to their version by their upcasts; among several,
 * `isEvent(event, Moved)` tells which it is.
 *
 * ```ts
 * const position = defineProjection({
 *   name: 'position', version: 1, events: [Moved],
 *   initial: () => ({ x: 0, y: 0 }),
 *   apply: (_, { payload: { x, y } }) => ({ x, y }),
 * });
 * store.project(position, 'player:alice');
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} when a part is missing or wrong
 */
export function defineProjection<State>(options: EntryProjectionOptions<State>): Projection<State>;
export function defineProjection<
  State,
  const Events extends readonly AnyEventDefinition[] = readonly AnyEventDefinition[],
>(options: ProjectionOptions<State, Events>): Projection<State>;
export function defineProjection<State>(
  options: EntryProjectionOptions<State> | ProjectionOptions<State, readonly AnyEventDefinition[]>,
): Projection<State> {
  const parts = checkFold('projection', options, ['incremental']);
  const { incremental = true } = options;
  if (typeof incremental !== 'boolean') {
    throw new ArgumentTypeError('incremental', incremental, 'true or false');
  }
  const { initial } = options;
  // Its fold gets what `reads` and `events` say, and nothing else: that is what its type says, too.
  const apply = options.apply as (state: State, event: StoredEvent) => State;
  return mark(Object.freeze({ ...parts, incremental, initial, apply }));
}

const defined = new WeakSet<object>();

function mark<Folded extends object>(folded: Folded): Folded {
  defined.add(folded);
  return folded;
}

/** @throws {ArgumentTypeError} unless {@link defineProjection} has made it */
export function checkProjection(projection: unknown): void {
  if (typeof projection === 'object' && projection !== null && defined.has(projection)) return;
  throw new ArgumentTypeError('projection', projection, 'what defineProjection returned');
}

/** What a projection and a read model have in common. */
export interface FoldParts {
  readonly name: string;
  readonly version: number;
  readonly events: readonly AnyEventDefinition[] | undefined;
  readonly reads: ProjectionReads;
}

const foldKeys = ['name', 'version', 'events', 'reads', 'initial', 'apply'] as const;

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} when a part is missing or wrong */
export function checkFold(field: string, given: unknown, otherKeys: readonly string[]): FoldParts {
  if (typeof given !== 'object' || given === null) {
    throw new ArgumentTypeError(field, given, 'an object with name, version, initial and apply');
  }
  checkKeys(field, given, [...foldKeys, ...otherKeys]);
  const { name, version, events, reads = 'events', initial, apply } = partsOf(given);
  if (typeof name !== 'string') throw new ArgumentTypeError('name', name, 'a text');
  if (name.length === 0 || name.length > nameMax || !name.isWellFormed()) {
    throw new ArgumentRangeError('name', name, `well-formed text of 1..${nameMax} characters`);
  }
  if (typeof version !== 'number') throw new ArgumentTypeError('version', version, 'a number');
  if (!Number.isInteger(version) || version < 0 || version > versionMax) {
    throw new ArgumentRangeError('version', version, `an integer 0..${versionMax}`);
  }
  if (reads !== 'events' && reads !== 'entries') {
    throw new ArgumentTypeError('reads', reads, "'events' or 'entries'");
  }
  if (typeof initial !== 'function') throw new ArgumentTypeError('initial', initial, 'a function');
  if (typeof apply !== 'function') throw new ArgumentTypeError('apply', apply, 'a function');
  return { name, version, events: checkEvents(events), reads };
}

function partsOf(given: object): Partial<Record<(typeof foldKeys)[number], unknown>> {
  return given;
}

function checkEvents(events: unknown): readonly AnyEventDefinition[] | undefined {
  if (events === undefined) return undefined;
  if (!Array.isArray(events) || events.length === 0) {
    throw new ArgumentTypeError('events', events, 'a list of event definitions, or left out');
  }
  const definitions: AnyEventDefinition[] = [];
  for (const definition of events) {
    if (!isDefinition(definition)) {
      throw new ArgumentTypeError('events', definition, 'a list of what defineEvent returned');
    }
    definitions.push(definition);
  }
  return Object.freeze(definitions);
}

function isDefinition(value: unknown): value is AnyEventDefinition {
  if (typeof value !== 'object' || value === null) return false;
  return typeof Reflect.get(value, 'name') === 'string' && 'validate' in value;
}
