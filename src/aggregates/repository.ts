import type { AnyStateMachine, InputFrom } from 'xstate';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { ReadOnlyStore } from '../store/read/read-only-store.ts';
import { Store } from '../store/store.ts';
import { AggregateEngine } from './aggregate-engine.ts';
import { AggregateReader, type Moment } from './aggregate-reader.ts';
import type { Decision } from './decision.ts';
import { AggregateDefinition, type CommandOf, type EventMap } from './definition.ts';
import { checkCommand, checkSendOptions, type SendOptions } from './send-options.ts';
import { type AggregateState, stateOf } from './state.ts';

/** Aggregates kept in memory unless told otherwise. */
const entitiesMaxDefault = 10_000;

/** What {@link repository} may be given. */
export interface RepositoryOptions {
  /** Most aggregates kept in memory, the least recently used going first, from 1. @default 10000 */
  readonly maxEntities?: number;
}

/**
 * The aggregates of one definition in one store. In a store that is open for reading only they can
 * be loaded, but take no commands.
 *
 * ```ts
 * const doors = repository(store, door);
 * const decision = doors.send('front', { type: 'opened', by: 'kim' });
 * if (!decision.accepted) throw new Error(decision.reason);
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError}
 */
export function repository<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  store: Store,
  definition: AggregateDefinition<Machine, Events>,
  options?: RepositoryOptions,
): Repository<Machine, Events>;
export function repository<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  store: ReadOnlyStore,
  definition: AggregateDefinition<Machine, Events>,
  options?: RepositoryOptions,
): ReadOnlyRepository<Machine, Events>;
export function repository<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  store: Store | ReadOnlyStore,
  definition: AggregateDefinition<Machine, Events>,
  options: RepositoryOptions = {},
): Repository<Machine, Events> | ReadOnlyRepository<Machine, Events> {
  if (!(store instanceof Store || store instanceof ReadOnlyStore)) {
    throw new ArgumentTypeError('store', store, 'an open Store or ReadOnlyStore');
  }
  if (!(definition instanceof AggregateDefinition)) {
    throw new ArgumentTypeError('definition', definition, 'what defineAggregate returned');
  }
  const reader = new AggregateReader(store, definition, entitiesMaxOf(options));
  return store instanceof Store
    ? new Repository(store, definition, reader)
    : new ReadOnlyRepository(definition, reader);
}

/** The aggregates of one definition as a store, or a follower of one, shows them. */
export class ReadOnlyRepository<
  Machine extends AnyStateMachine = AnyStateMachine,
  Events extends EventMap<Machine> = EventMap<Machine>,
> {
  readonly #definition: AggregateDefinition<Machine, Events>;
  readonly #reader: AggregateReader;

  /** @internal */
  constructor(definition: AggregateDefinition<Machine, Events>, reader: AggregateReader) {
    this.#definition = definition;
    this.#reader = reader;
  }

  /**
   * State of the aggregate now, or `undefined` when it has not begun.
   *
   * @throws {ReplayDivergedError} when its events lead elsewhere than they did
   * @throws {HistoryRefusedError} when its machine refuses one of its events
   */
  load(id: string): AggregateState<Machine> | undefined {
    const { snapshot } = this.#reader.current(this.#definition.entityOf(id));
    return snapshot === undefined ? undefined : stateOf<Machine>(snapshot);
  }

  /**
   * State of the aggregate as it was once: after the event of this clock, or after everything up to
   * this sequence of the store. `undefined` when it had not begun.
   *
   * @throws {ArgumentTypeError} {@link ArgumentRangeError} when the moment is none
   * @throws {ReplayDivergedError} {@link HistoryRefusedError}
   */
  stateAt(id: string, moment: Moment): AggregateState<Machine> | undefined {
    checkMoment(moment);
    const snapshot = this.#reader.at(this.#definition.entityOf(id), moment);
    return snapshot === undefined ? undefined : stateOf<Machine>(snapshot);
  }

  /** How many events of the aggregate's entity something else appended: a fold skips them. */
  foreignEvents(id: string): number {
    return this.#reader.foreign(this.#definition.entityOf(id));
  }
}

/** The aggregates of one definition in one store; made by {@link repository}. */
export class Repository<
  Machine extends AnyStateMachine = AnyStateMachine,
  Events extends EventMap<Machine> = EventMap<Machine>,
> extends ReadOnlyRepository<Machine, Events> {
  readonly #engine: AggregateEngine;

  /** @internal */
  constructor(
    store: Store,
    definition: AggregateDefinition<Machine, Events>,
    reader: AggregateReader,
  ) {
    super(definition, reader);
    this.#engine = new AggregateEngine(store, definition, reader);
  }

  /**
   * Sends a command to an aggregate. What its machine accepts is stored, together with all that it
   * emits in one batch; what it refuses is not. An aggregate begins with its first accepted one.
   * Written when this returns, and durable by the cadence of the store's `sync` options.
   *
   * @throws {IdempotencyConflictError} when the key stands for another command
   * @throws {MachineDefectError} when a guard or an assign throws; nothing was stored
   * @throws {ReplayDivergedError} {@link HistoryRefusedError} when its history can't be folded
   * @throws {BatpakError} what `append` and `appendBatch` of the store throw
   */
  send(id: string, command: CommandOf<Events>, options: SendOptions = {}): Decision<Machine> {
    checkCommand(command);
    checkSendOptions(options);
    return this.#engine.send(id, command, options);
  }

  /**
   * Begins an aggregate whose machine takes input; the input is stored. Refused as `conflict` when
   * the aggregate has begun already, and as `invalid` when the input is not JSON.
   *
   * @throws {BatpakError} what `send` throws
   */
  create(id: string, input: InputFrom<Machine>, options: SendOptions = {}): Decision<Machine> {
    checkSendOptions(options);
    return this.#engine.create(id, input, options);
  }
}

function entitiesMaxOf(options: RepositoryOptions): number {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['maxEntities']);
  const { maxEntities = entitiesMaxDefault } = options;
  if (typeof maxEntities !== 'number') {
    throw new ArgumentTypeError('maxEntities', maxEntities, 'a number');
  }
  if (!Number.isSafeInteger(maxEntities) || maxEntities < 1) {
    throw new ArgumentRangeError('maxEntities', maxEntities, 'an integer from 1');
  }
  return maxEntities;
}

function checkMoment(moment: unknown): void {
  if (typeof moment !== 'object' || moment === null) {
    throw new ArgumentTypeError('moment', moment, '{ clock } or { sequence }');
  }
  const field = 'clock' in moment ? 'clock' : 'sequence';
  const value: unknown = Reflect.get(moment, field);
  if (typeof value !== 'number') throw new ArgumentTypeError(field, value, 'a number');
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ArgumentRangeError(field, value, 'an integer from 0');
  }
}
