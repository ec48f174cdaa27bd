import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import type { Region } from '../model/region.ts';
import type { StatesOf } from '../projections/fold-all.ts';
import type { Freshness } from '../projections/freshness.ts';
import type { Projection } from '../projections/projection.ts';
import type { ProjectionWatcher, WatchOptions } from '../projections/projection-watcher.ts';
import { Projections } from '../projections/projections.ts';
import type { ProjectionChange } from '../projections/projector.ts';
import type { ReadModel } from '../projections/read-models/read-model.ts';
import type { ReadModelDefinition } from '../projections/read-models/read-model-definition.ts';
import type { ReadEngine } from './engine.ts';
import { StoreProjectionSource } from './read/projection-source.ts';
import { StoreReads } from './store-reads.ts';

/** What can be folded of a store, whether this process writes it or only follows it. */
export abstract class StoreProjections extends StoreReads {
  /** @internal */
  protected readonly projections: Projections;

  /** @internal */
  constructor(engine: ReadEngine, broadcastCapacity?: number) {
    super(engine, broadcastCapacity);
    const source = new StoreProjectionSource(this, () => this.reading);
    this.projections = new Projections(source, engine.caching);
  }

  /**
   * The state of an entity by a projection, or `undefined` when it has no event that the projection
   * reads. Kept in memory and in the cache: asking again costs a look-up until the entity moves.
   * Treat it as read-only.
   *
   * @throws {StoreClosedError} {@link ArgumentTypeError} {@link ArgumentRangeError}
   * @throws {CorruptSegmentError} and what `apply` throws; what was kept before stays
   */
  project<State>(
    projection: Projection<State>,
    entity: string,
    freshness?: Freshness,
  ): Readonly<State> | undefined {
    this.#require('project');
    return this.projections.project(projection, entity, freshness);
  }

  /**
   * The state of an entity as `project` gives it, and what to ask with the next
   * time; `undefined` when it is the state of `since`, that of the answer before. After a `refresh`
   * that has rebuilt the log, begin without a `since` again.
   */
  projectIfChanged<State>(
    projection: Projection<State>,
    entity: string,
    since: number | undefined,
    freshness?: Freshness,
  ): ProjectionChange<State> | undefined {
    this.#require('projectIfChanged');
    return this.projections.projectIfChanged(projection, entity, since, freshness);
  }

  /** The state of an entity now, and after each change, until the loop over it is left. */
  watchProjection<State>(
    projection: Projection<State>,
    entity: string,
    options?: WatchOptions,
  ): ProjectionWatcher<State> {
    this.#require('watchProjection');
    return this.projections.watch(projection, entity, options);
  }

  /**
   * Folds the events of a region, of all entities together, by up to 64 projections in one pass.
   * When all of them read entries, the disk isn't touched. Nothing is kept.
   */
  projectAll<const Projections extends readonly Projection<unknown>[]>(
    projections: Projections,
    region: Region,
  ): StatesOf<Projections> {
    this.#require('projectAll');
    return this.projections.projectAll(projections, region);
  }

  /**
   * The read model of a definition in this store: the same one each time. `previous` is an earlier
   * version that is served until this one has been built.
   */
  readModel<State>(
    definition: ReadModelDefinition<State>,
    options?: { readonly previous?: ReadModelDefinition<State> },
  ): ReadModel<State> {
    this.#require('readModel');
    return this.projections.readModel(definition, options);
  }

  #require(operation: string): void {
    if (!this.reading.open) throw new StoreClosedError(operation);
  }
}
