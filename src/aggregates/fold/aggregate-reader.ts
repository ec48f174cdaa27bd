import type { AnyMachineSnapshot } from 'xstate';
import type { StoredEvent } from '../../model/event.ts';
import { Region } from '../../model/region.ts';
import type { StoreReads } from '../../store/store-reads.ts';
import { CompiledStepper } from '../compile/compiled-stepper.ts';
import type { AnyAggregateDefinition } from '../definition/definition.ts';
import { nothingPending } from '../effects/pending.ts';
import type { SnapshotOptions } from '../snapshots/snapshot-cache.ts';
import { type Checkpoint, Snapshots } from '../snapshots/snapshots.ts';
import { DeepFreezer } from '../stepping/deep-freezer.ts';
import { begin } from '../stepping/step.ts';
import { AggregateFold, type Verification } from './fold.ts';
import { plainReport } from './fold-report.ts';
import { type BegunState, begun, type FoldedState, StateCache } from './state-cache.ts';

/** How a reader folds, and what it keeps. */
export interface ReaderOptions {
  /** Most states kept in memory. */
  readonly maxEntities: number;
  /** @default true */
  readonly verify?: Verification;
  readonly snapshots?: SnapshotOptions | undefined;
}

/** Which moment of an aggregate is asked for: up to this clock, or this sequence, included. */
export type Moment = { readonly clock: number } | { readonly sequence: number };

const nothing: FoldedState = {
  snapshot: undefined,
  clock: -1,
  report: plainReport,
  pending: nothingPending,
};

/**
 * Folds the aggregates of one definition from what a store, or a follower of one, holds. Invariant:
 * a kept state is what a fold of the log would give.
 */
export class AggregateReader {
  readonly #store: StoreReads;
  readonly #definition: AnyAggregateDefinition;
  readonly #states: StateCache;
  readonly #verify: Verification;
  readonly #freezer = new DeepFreezer();
  readonly #snapshots: Snapshots | undefined;
  #logGeneration: number;
  #epoch: number;
  readonly stepper: CompiledStepper;

  constructor(
    store: StoreReads,
    definition: AnyAggregateDefinition,
    { maxEntities, verify = true, snapshots }: ReaderOptions,
  ) {
    this.#store = store;
    this.#definition = definition;
    this.#states = new StateCache(maxEntities);
    this.#verify = verify;
    this.#logGeneration = store.logGeneration;
    this.#epoch = store.epoch;
    this.stepper = new CompiledStepper(definition.machine);
    this.#snapshots =
      snapshots === undefined
        ? undefined
        : new Snapshots(store, definition, this.stepper, snapshots);
  }

  /** The folded state now: kept, brought up to the entity's last event, or folded anew. */
  current(entity: string): FoldedState {
    const head = this.#store.head(entity);
    if (head === undefined) return nothing;
    const kept = this.#keptOf(entity);
    if (kept?.clock === head.clock) return kept;
    // Folding on may change the kept context in place: it is kept again when that has succeeded.
    this.drop(entity);
    const from = kept ?? this.#snapshots?.find(entity, head.clock);
    if (from?.clock === head.clock) {
      this.keep(entity, from);
      return from;
    }
    const fold = this.#fold(entity, from);
    const region = streamOf(entity).withClock({ from: fold.clock + 1, to: head.clock });
    for (const event of this.#store.events(region)) fold.take(event);
    const current = fold.folded();
    this.keep(entity, current);
    this.checkpoint(entity, from?.clock ?? -1, fold.checkpoint());
    return current;
  }

  /** The state as it was at the moment; `undefined` when the aggregate had not begun. */
  at(entity: string, moment: Moment): BegunState | undefined {
    const fold = this.#fold(entity);
    for (const event of eventsUpTo(this.#store, entity, moment)) fold.take(event);
    return begun(fold.folded());
  }

  /** The events of the entity, each with the fold that has just taken it. */
  *steps(entity: string): Generator<{ readonly event: StoredEvent; readonly fold: AggregateFold }> {
    const fold = this.#fold(entity);
    for (const event of this.#store.events(streamOf(entity))) {
      fold.take(event);
      yield { event, fold };
    }
    // For what it compares: the checksum of the last state.
    fold.result();
  }

  /** The state in which the machine starts without input. @throws {MachineDefectError} */
  started(entity: string): AnyMachineSnapshot {
    return begin(this.stepper, undefined, entity).snapshot;
  }

  /** Freezes a state that is handed out, or that the machine steps from. */
  freeze(snapshot: AnyMachineSnapshot): void {
    this.#freezer.freezeSnapshot(snapshot);
  }

  /** Freezes an event before the machine sees it. */
  freezeEvent(event: object): void {
    this.#freezer.freeze(event);
  }

  /** Remembers the state of an entity after its event of this clock. */
  keep(entity: string, state: FoldedState): void {
    this.#states.keep(entity, state);
  }

  /** Offers a state to the cache of snapshots, if there is one. `since`: clock that was there. */
  checkpoint(entity: string, since: number, checkpoint: Checkpoint | undefined): void {
    if (checkpoint !== undefined) this.#snapshots?.offer(entity, since, checkpoint);
  }

  /** Forgets the state of an entity: it is folded anew when it is asked for. */
  drop(entity: string): void {
    this.#states.drop(entity);
  }

  #keptOf(entity: string): FoldedState | undefined {
    const { logGeneration, epoch } = this.#store;
    if (this.#logGeneration !== logGeneration || this.#epoch !== epoch) {
      // Another log may be read by now, in which the same clock is another event.
      this.#states.clear();
      this.#logGeneration = logGeneration;
      this.#epoch = epoch;
    }
    return this.#states.find(entity);
  }

  #fold(entity: string, from?: FoldedState): AggregateFold {
    return new AggregateFold(this.#definition, this.stepper, entity, from, this.#verify);
  }
}

/** The main lane of an entity: others are drafts, with clocks of their own. */
function streamOf(entity: string): Region {
  return Region.entity(entity).withLane(0);
}

function* eventsUpTo(store: StoreReads, entity: string, moment: Moment): Generator<StoredEvent> {
  if ('clock' in moment) {
    yield* store.events(streamOf(entity).withClock({ to: moment.clock }));
    return;
  }
  for (const event of store.events(streamOf(entity))) {
    if (event.sequence > moment.sequence) return;
    yield event;
  }
}
