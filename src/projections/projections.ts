import type { ProjectionCache } from '../model/cache.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { type Logger, silentLogger } from '../model/logger.ts';
import type { Region } from '../model/region.ts';
import { CachedStates } from './cached-states.ts';
import { NoCache } from './caches/no-cache.ts';
import { foldAll, type StatesOf } from './fold-all.ts';
import type { Freshness } from './freshness.ts';
import { checkProjection, type Projection } from './projection.ts';
import type { ProjectionSource } from './projection-source.ts';
import { ProjectionWatcher, type WatchOptions } from './projection-watcher.ts';
import { type ProjectionChange, Projector } from './projector.ts';
import { ReadModel } from './read-models/read-model.ts';
import { checkReadModel, type ReadModelDefinition } from './read-models/read-model-definition.ts';
import { ReadModelFold } from './read-models/read-model-fold.ts';

const readModelsMax = 1000;

/** Where states are kept beside memory, and who is told what goes wrong there. */
export interface Caching {
  readonly cache: ProjectionCache;
  readonly logger: Logger;
  /** Token of who only reads the store, as no other has it. @default the one that writes it */
  readonly owner?: string;
}

/** All that is folded of one store: projections of entities, and read models. */
export class Projections {
  readonly #source: ProjectionSource;
  readonly #cached: CachedStates;
  readonly #projector: Projector;
  readonly #readModels = new Map<object, ReadModel<unknown>>();

  constructor(source: ProjectionSource, caching: Caching | undefined) {
    const { cache, logger, owner }: Caching = caching ?? {
      cache: new NoCache(),
      logger: silentLogger,
    };
    this.#source = source;
    this.#cached = new CachedStates(source, cache, logger, owner);
    this.#projector = new Projector(source, this.#cached);
  }

  project<State>(
    projection: Projection<State>,
    entity: string,
    freshness: Freshness | undefined,
  ): Readonly<State> | undefined {
    checkProjection(projection);
    return this.#projector.project(projection, entity, freshness);
  }

  projectIfChanged<State>(
    projection: Projection<State>,
    entity: string,
    since: number | undefined,
    freshness: Freshness | undefined,
  ): ProjectionChange<State> | undefined {
    checkProjection(projection);
    if (since !== undefined && typeof since !== 'number') {
      throw new ArgumentTypeError('since', since, 'what an answer before has told, or undefined');
    }
    return this.#projector.projectIfChanged(projection, entity, since, freshness);
  }

  watch<State>(
    projection: Projection<State>,
    entity: string,
    options: WatchOptions | undefined,
  ): ProjectionWatcher<State> {
    checkProjection(projection);
    const source = this.#source;
    // Names what is no entity now, instead of to whoever waits first.
    source.head(entity);
    const look = (since: number | undefined): ProjectionChange<State> | undefined =>
      this.#projector.projectIfChanged(projection, entity, since);
    const onVisible = (listener: () => void): (() => void) => source.onVisible(listener);
    return new ProjectionWatcher(
      { look, generation: () => source.logGeneration, onVisible },
      options,
    );
  }

  projectAll<Folds extends readonly Projection<unknown>[]>(
    projections: Folds,
    region: Region,
  ): StatesOf<Folds> {
    // One state for each projection, of its own fold, in their order.
    return foldAll(this.#source, projections, region) as unknown as StatesOf<Folds>;
  }

  readModel<State>(
    definition: ReadModelDefinition<State>,
    options: { readonly previous?: ReadModelDefinition<State> } = {},
  ): ReadModel<State> {
    checkReadModel('definition', definition);
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentTypeError('options', options, 'an object');
    }
    checkKeys('options', options, ['previous']);
    const { previous } = options;
    if (previous === undefined) return this.#readModelOf(definition, undefined);
    checkReadModel('previous', previous);
    if (previous.name !== definition.name || previous.version === definition.version) {
      const expected = `another version of '${definition.name}'`;
      throw new ArgumentRangeError('previous', `${previous.name} ${previous.version}`, expected);
    }
    return this.#readModelOf(definition, this.#readModelOf(previous, undefined));
  }

  /** Puts what is folded into the cache, as far as it is durable, and makes it durable there. */
  flush(): void {
    this.#projector.flush();
    for (const readModel of this.#readModels.values()) readModel.keep();
    this.#cached.sync();
  }

  /** Flushes a cache that lasts, and closes it. Throws nothing. */
  close(): void {
    if (this.#cached.durable) this.flush();
    this.#cached.close();
  }

  #readModelOf<State>(
    definition: ReadModelDefinition<State>,
    previous: ReadModel<State> | undefined,
  ): ReadModel<State> {
    const known = this.#readModels.get(definition);
    // A read model is found by its definition, whose own fold makes its state.
    if (known !== undefined) return known as ReadModel<State>;
    if (this.#readModels.size >= readModelsMax) {
      const expected = `one of at most ${readModelsMax} that a store has`;
      throw new ArgumentRangeError('definition', definition.name, expected);
    }
    const fold = new ReadModelFold(this.#source, this.#cached, definition);
    const readModel = new ReadModel(this.#source, fold, previous);
    this.#readModels.set(definition, readModel as ReadModel<unknown>);
    return readModel;
  }
}
