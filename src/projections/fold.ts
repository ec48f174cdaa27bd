import type { StoredEvent } from '../model/event.ts';
import { type AnyEventDefinition, EventDefinition } from '../model/event-definition.ts';
import type { QueryOptions } from '../model/event-source.ts';
import type { Region } from '../model/region.ts';
import { isEvent } from '../model/typed-event.ts';
import type { FoldParts } from './projection.ts';
import type { ProjectionSource } from './projection-source.ts';

/** What is folded, by whatever: a projection or a read model. */
export interface Fold<State> extends FoldParts {
  apply(state: State, event: StoredEvent): State;
}

/** How far a fold has come. */
export interface Folding<State> {
  state: State;
  /** Sequence of the last event that was applied, -1 when there was none. */
  changedAt: number;
  /** How many events were applied. */
  count: number;
}

/** Definitions that a fold reads, by the kind that the store has for their name. */
export type KindsRead = ReadonlyMap<number, AnyEventDefinition>;

/** What the fold reads; `undefined` for all. Names that the store never met have no kind. */
export function kindsRead(source: ProjectionSource, fold: FoldParts): KindsRead | undefined {
  if (fold.events === undefined) return undefined;
  const kinds = new Map<number, AnyEventDefinition>();
  for (const definition of fold.events) {
    const kind = source.kindNamed(definition.name);
    if (kind !== undefined) kinds.set(kind, definition);
  }
  return kinds;
}

/**
 * Whether the fold reads the event. The payload of one that does is brought to the version of its
 * definition.
 *
 * @throws {FutureEventVersionError} {@link UpcastFailedError} as `isEvent`
 */
export function takes(kinds: KindsRead, fold: FoldParts, event: StoredEvent): boolean {
  const definition = kinds.get(event.kind);
  if (definition === undefined) return false;
  if (fold.reads === 'events' && definition instanceof EventDefinition) isEvent(event, definition);
  return true;
}

/**
 * Events of the region behind the sequence `after` (-1: all), and before `before` where it is
 * given, that are of one of the kinds, as far as a region can say so: several kinds are left to the
 * caller to pick.
 */
export function readFor(
  source: ProjectionSource,
  fold: FoldParts,
  region: Region,
  kinds: KindsRead | undefined,
  after: number,
  before?: number,
): Iterable<StoredEvent> {
  const [only] = kinds?.keys() ?? [];
  if (kinds !== undefined && only === undefined) return [];
  const single = kinds?.size === 1 && only !== undefined && region.kind === undefined;
  const narrowed = single ? region.withKind(only) : region;
  const options: QueryOptions = {
    ...(after < 0 ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
  // A fold of entries is never given more, and its type says that it asks for no more.
  return fold.reads === 'entries'
    ? (source.query(narrowed, options) as Iterable<StoredEvent>)
    : source.events(narrowed, options);
}

/** Folds the events of the region behind `after` into what was folded before. */
export function foldOn<State>(
  source: ProjectionSource,
  fold: Fold<State>,
  region: Region,
  after: number,
  folding: Folding<State>,
): void {
  const kinds = kindsRead(source, fold);
  let { state, changedAt, count } = folding;
  for (const event of readFor(source, fold, region, kinds, after)) {
    if (kinds !== undefined && !takes(kinds, fold, event)) continue;
    state = fold.apply(state, event);
    changedAt = event.sequence;
    count += 1;
  }
  folding.state = state;
  folding.changedAt = changedAt;
  folding.count = count;
}
