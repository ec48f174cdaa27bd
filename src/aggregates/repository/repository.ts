import type { AnyStateMachine, InputFrom } from 'xstate';
import { ArgumentRangeError, ArgumentTypeError } from '../../model/errors/argument-error.ts';
import { Region } from '../../model/region.ts';
import { ReadOnlyStore } from '../../store/read/read-only-store.ts';
import { Store } from '../../store/store.ts';
import { CommandJudge } from '../command/command-judge.ts';
import type { Decision, DecisionOfAll } from '../command/decision.ts';
import {
  checkCommand,
  checkSendItems,
  checkSendOptions,
  type SendItem,
  type SendOptions,
} from '../command/send-options.ts';
import { AggregateDefinition, type CommandOf, type EventMap } from '../definition/definition.ts';
import { SteadyTime } from '../effects/steady-time.ts';
import { AggregateReader, type Moment } from '../fold/aggregate-reader.ts';
import { type BegunState, begun } from '../fold/state-cache.ts';
import { AggregateEngine } from './aggregate-engine.ts';
import { type EffectHost, ExternalEngine } from './external-engine.ts';
import { type HistoryEntry, historyOf } from './history.ts';
import { nextEventsOf } from './next-events.ts';
import { type RepositoryOptions, resolveRepositoryOptions } from './options.ts';
import { type AggregateState, stateOf } from './state.ts';

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
  const resolved = resolveRepositoryOptions(options);
  const reader = new AggregateReader(store, definition, resolved);
  const judge = new CommandJudge(definition, reader, store.platform, resolved);
  return store instanceof Store
    ? new Repository(store, definition, reader, judge)
    : new ReadOnlyRepository(definition, reader, judge);
}

/** The aggregates of one definition as a store, or a follower of one, shows them. */
export class ReadOnlyRepository<
  Machine extends AnyStateMachine = AnyStateMachine,
  Events extends EventMap<Machine> = EventMap<Machine>,
> {
  readonly #definition: AggregateDefinition<Machine, Events>;
  readonly #reader: AggregateReader;
  readonly #judge: CommandJudge;

  /** @internal */
  constructor(
    definition: AggregateDefinition<Machine, Events>,
    reader: AggregateReader,
    judge: CommandJudge,
  ) {
    this.#definition = definition;
    this.#reader = reader;
    this.#judge = judge;
  }

  /**
   * State of the aggregate now, or `undefined` when it has not begun. Its `report` counts what of
   * the history was skipped or has changed.
   *
   * @throws {ReplayDivergedError} when its events lead elsewhere than they did
   * @throws {HistoryRefusedError} when its machine refuses one of its events
   */
  load(id: string): AggregateState<Machine> | undefined {
    return this.#stateOf(begun(this.#reader.current(this.#definition.entityOf(id))));
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
    return this.#stateOf(this.#reader.at(this.#definition.entityOf(id), moment));
  }

  /**
   * The events of the aggregate from its first on, each with the state after it. Read and folded as
   * they are asked for: leaving the loop early costs nothing.
   *
   * @throws {ReplayDivergedError} {@link HistoryRefusedError} while iterating
   */
  history(id: string): Iterable<HistoryEntry<Machine, Events>> {
    const entity = this.#definition.entityOf(id);
    return { [Symbol.iterator]: () => historyOf(this.#reader, this.#definition, entity) };
  }

  /**
   * Whether the command would be accepted now. Its payload is checked and guards are asked;
   * nothing is written.
   *
   * @throws {MachineDefectError} {@link ReplayDivergedError} {@link HistoryRefusedError}
   */
  can(id: string, command: CommandOf<Events>): boolean {
    checkCommand(command);
    const request = this.#judge.request(id, command, {});
    const verdict = this.#judge.judge(request, this.#reader.current(request.entity));
    if (verdict.accepted) verdict.allowed?.settle('failed');
    return verdict.accepted;
  }

  /**
   * Types of the commands that the aggregate's active states list now. A guard may still refuse
   * one, by its payload: ask `can`. For an aggregate that has not begun, of the state in which its
   * machine starts without input.
   *
   * @throws {MachineDefectError} when the machine can't start without input
   * @throws {ReplayDivergedError} {@link HistoryRefusedError}
   */
  nextEvents(id: string): readonly (keyof Events & string)[] {
    const entity = this.#definition.entityOf(id);
    const { snapshot } = this.#reader.current(entity);
    const types = nextEventsOf(this.#definition, snapshot ?? this.#reader.started(entity));
    return types.filter((type): type is keyof Events & string => this.#declares(type));
  }

  /** How many events of the aggregate's entity something else appended: a fold skips them. */
  foreignEvents(id: string): number {
    return this.#reader.current(this.#definition.entityOf(id)).report.foreign.count;
  }

  #stateOf(folded: BegunState | undefined): AggregateState<Machine> | undefined {
    if (folded === undefined) return undefined;
    this.#reader.freeze(folded.snapshot);
    return stateOf<Machine>(folded);
  }

  #declares(type: string): boolean {
    return this.#definition.eventOf(type) !== undefined;
  }
}

/** The aggregates of one definition in one store; made by {@link repository}. */
export class Repository<
  Machine extends AnyStateMachine = AnyStateMachine,
  Events extends EventMap<Machine> = EventMap<Machine>,
> extends ReadOnlyRepository<Machine, Events> {
  readonly #engine: AggregateEngine;
  /** @internal */
  readonly effectHost: EffectHost;

  /** @internal */
  constructor(
    store: Store,
    definition: AggregateDefinition<Machine, Events>,
    reader: AggregateReader,
    judge: CommandJudge,
  ) {
    super(definition, reader, judge);
    const time = new SteadyTime(store.platform.clock, lastTimeUs(store));
    this.#engine = new AggregateEngine(store, definition, reader, judge, time);
    const external = new ExternalEngine({ store, definition, reader, judge, time }, this.#engine);
    this.effectHost = { store, definition, reader, time, external };
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
   * Sends several commands, also to one aggregate: each is judged in the states that those before
   * it lead to. All are stored, with what they emit, as one atomic batch; or one is refused, with
   * its `index`, and nothing is stored. An empty list is accepted and writes nothing. Sent again
   * with the same idempotency keys, one for each command, it is answered as `replayed`.
   *
   * @throws {IdempotencyConflictError} when a key stands for another command, or when only some of
   * the commands were stored before
   * @throws {LimitExceededError} when there are more than `batch.maxSize` commands
   * @throws {BatpakError} what `send` throws
   */
  sendAll(items: readonly SendItem<CommandOf<Events>>[]): DecisionOfAll<Machine> {
    checkSendItems(items);
    return this.#engine.sendAll(items);
  }

  /**
   * Begins an aggregate whose machine takes input; the input is stored. Refused as `conflict` when
   * the aggregate has begun already, and as `invalid` when the input is not JSON.
   *
   * @throws {BatpakError} what `send` throws
   */
  create(id: string, ...[input, options = {}]: CreateArguments<Machine>): Decision<Machine> {
    checkSendOptions(options);
    return this.#engine.create(id, input, options);
  }
}

/** Time of the last event, which the clock may have fallen behind since. */
function lastTimeUs(store: Store): number {
  for (const { timestampUs } of store.query(Region.all(), { reverse: true, limit: 1 })) {
    return timestampUs;
  }
  return 0;
}

/** What `create` takes behind the id: input is left out only where the machine takes none. */
export type CreateArguments<Machine extends AnyStateMachine> =
  undefined extends InputFrom<Machine>
    ? [input?: InputFrom<Machine>, options?: SendOptions]
    : [input: InputFrom<Machine>, options?: SendOptions];

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
