import type { AnyStateMachine, ContextFrom, InputFrom, OutputFrom, StateValueFrom } from 'xstate';
import type { Decision, RefusalReason } from '../aggregates/command/decision.ts';
import type {
  AggregateDefinition,
  CommandOf,
  EventMap,
} from '../aggregates/definition/definition.ts';
import { type Repository, repository } from '../aggregates/repository/repository.ts';
import type { AggregateState } from '../aggregates/repository/state.ts';
import { ArgumentTypeError, checkKeys } from '../model/errors/argument-error.ts';
import type { StoredEvent } from '../model/event.ts';
import { differencesOf, partialDifferencesOf } from './difference.ts';
import type { Happening } from './happening.ts';
import { SpecFailure } from './spec-failure.ts';
import { SpecHost } from './spec-host.ts';

/** What a state is expected to be: what is left out may be anything, also of the context. */
export interface ExpectedState<Machine extends AnyStateMachine> {
  readonly value?: StateValueFrom<Machine>;
  readonly context?: Partial<ContextFrom<Machine>>;
  readonly status?: 'active' | 'done' | 'error';
  readonly tags?: readonly string[];
  readonly output?: OutputFrom<Machine>;
  /** Ids of the timers that wait, in the order in which they were set. */
  readonly timers?: readonly string[];
  /** Ids of the actors that run, likewise. */
  readonly actors?: readonly string[];
}

/** What a refusal is expected to tell besides its reason. */
export interface ExpectedRefusal {
  readonly guards?: readonly string[];
  readonly actual?: number | undefined;
}

/** What an aggregate can be given besides commands. */
export interface GivenOptions<Machine extends AnyStateMachine> {
  /** Input, with which it is created before the first command. */
  readonly input?: InputFrom<Machine>;
  /** Its id. @default '1' */
  readonly id?: string;
  /** What the clock shows, in microseconds. @default 2025-01-01T00:00:00Z */
  readonly nowUs?: number;
}

/** An aggregate that has been through something, in a store in memory. Made by `given`. */
export class GivenAggregate<Machine extends AnyStateMachine, Events extends EventMap<Machine>> {
  readonly #host: SpecHost;
  readonly #definition: AggregateDefinition<Machine, Events>;
  readonly #repository: Repository<Machine, Events>;
  readonly #id: string;

  /** @internal */
  constructor(
    definition: AggregateDefinition<Machine, Events>,
    commands: readonly CommandOf<Events>[],
    options: GivenOptions<Machine>,
  ) {
    checkKeys('options', options, ['input', 'id', 'nowUs']);
    if (!Array.isArray(commands)) throw new ArgumentTypeError('commands', commands, 'an array');
    this.#host = new SpecHost({ nowUs: options.nowUs });
    this.#definition = definition;
    this.#id = options.id ?? '1';
    this.#repository = repository(this.#host.store, definition, { mode: 'development' });
    if ('input' in options)
      this.#accept('the input', this.#repository.create(this.#id, options.input as never));
    for (const [index, command] of commands.entries()) {
      const decision = this.#repository.send(this.#id, command);
      this.#accept(`command ${index} ('${command.type}') that was given`, decision);
    }
  }

  /** Sends a command; what became of it is asked of the answer. */
  when(command: CommandOf<Events>): DecidedCommand<Machine, Events> {
    const { store } = this.#host;
    const before = store.eventCount;
    const decision = this.#repository.send(this.#id, command);
    const entity = this.#definition.entityOf(this.#id);
    const stored: StoredEvent[] = [];
    for (let sequence = before; sequence < store.eventCount; sequence += 1) {
      const event = store.at(sequence);
      if (event?.entity === entity) stored.push(event);
    }
    this.#checkFold(decision.state);
    return new DecidedCommand(this, command.type, decision, stored);
  }

  /**
   * Has something happen that the aggregate waits for: a timer that fires, an actor with a result.
   *
   * @throws {SpecFailure} when it waits for no such thing, or its machine refuses it
   */
  happens(happening: Happening): this {
    const outcome = happening.settle(this.#repository, this.#id);
    if (outcome !== 'taken') {
      const actual = factsOf(this.#repository.load(this.#id));
      const why = outcome === 'gone' ? 'is not waited for' : 'is refused by the machine';
      throw new SpecFailure(`'${happening.type}' ${why}`, { expected: 'taken', actual });
    }
    this.#checkFold(this.#repository.load(this.#id));
    return this;
  }

  /**
   * Expects the state of the aggregate to be so; `undefined` that it has not begun.
   *
   * @throws {SpecFailure}
   */
  expectState(expected: ExpectedState<Machine> | undefined): this {
    checkState(expected, this.#repository.load(this.#id));
    return this;
  }

  #accept(what: string, decision: Decision): void {
    if (decision.accepted) return;
    const actual = refusalOf(decision);
    throw new SpecFailure(`${what} was refused: ${textOf(actual)}`, {
      expected: 'accepted',
      actual,
    });
  }

  /** Another process must come to the state that this one has. */
  #checkFold(state: AggregateState<Machine> | undefined): void {
    const folded = repository(this.#host.copy().store, this.#definition).load(this.#id);
    const [expected, actual] = [factsOf(state), factsOf(folded)];
    const differences = differencesOf(expected, actual, 'state');
    if (differences.length === 0) return;
    const problem = 'the aggregate is in another state when it is folded from its events:';
    throw new SpecFailure(problem, { expected, actual, differences });
  }
}

/** A command that was sent in a test. */
export class DecidedCommand<Machine extends AnyStateMachine, Events extends EventMap<Machine>> {
  readonly #given: GivenAggregate<Machine, Events>;
  readonly #type: string;
  readonly #stored: readonly StoredEvent[];
  /** What the repository answered. */
  readonly decision: Decision<Machine>;

  /** @internal */
  constructor(
    given: GivenAggregate<Machine, Events>,
    type: string,
    decision: Decision<Machine>,
    stored: readonly StoredEvent[],
  ) {
    this.#given = given;
    this.#type = type;
    this.#stored = stored;
    this.decision = decision;
  }

  /** Expects that it was accepted, and has led to this state. @throws {SpecFailure} */
  expectAccepted(expected: ExpectedState<Machine> = {}): this {
    const { decision } = this;
    if (!decision.accepted) {
      const actual = refusalOf(decision);
      const problem = `'${this.#type}' should be accepted, but was refused: ${textOf(actual)}`;
      throw new SpecFailure(problem, { expected: 'accepted', actual });
    }
    checkState(expected, decision.state);
    return this;
  }

  /** Expects that it was refused for this reason. @throws {SpecFailure} */
  expectRefused(reason: RefusalReason, expected: ExpectedRefusal = {}): this {
    const { decision } = this;
    if (decision.accepted) {
      const problem = `'${this.#type}' is expected to be refused as '${reason}', but was accepted`;
      throw new SpecFailure(problem, { expected: reason, actual: factsOf(decision.state) });
    }
    const differences = partialDifferencesOf({ reason, ...expected }, decision, 'refusal');
    if (differences.length > 0) {
      const problem = `'${this.#type}' is refused otherwise than expected:`;
      throw new SpecFailure(problem, {
        expected: { reason, ...expected },
        actual: refusalOf(decision),
        differences,
      });
    }
    return this;
  }

  /** Expects the state after it to be so. @throws {SpecFailure} */
  expectState(expected: ExpectedState<Machine> | undefined): this {
    this.#given.expectState(expected);
    return this;
  }

  /**
   * Expects that the machine emitted these events, by the names under which they are stored.
   *
   * @throws {SpecFailure}
   */
  expectEmitted(
    ...expected: readonly { readonly name: string; readonly payload?: unknown }[]
  ): this {
    const { decision } = this;
    const emitted = new Set(
      decision.accepted ? decision.emitted.map(({ eventId }) => eventId) : [],
    );
    const actual = this.#stored
      .filter(({ eventId }) => emitted.has(eventId))
      .map(({ name, payload }, index) => {
        const wanted = expected[index];
        return wanted !== undefined && 'payload' in wanted ? { name, payload } : { name };
      });
    const differences = differencesOf(expected, actual, 'emitted');
    if (differences.length === 0) return this;
    const problem = `'${this.#type}' emits otherwise than expected:`;
    throw new SpecFailure(problem, { expected, actual, differences });
  }

  /** Has something happen next. @throws {SpecFailure} as `happens` of what was given */
  happens(happening: Happening): GivenAggregate<Machine, Events> {
    return this.#given.happens(happening);
  }

  /** Sends the next command. */
  when(command: CommandOf<Events>): DecidedCommand<Machine, Events> {
    return this.#given.when(command);
  }
}

/** What of a state is compared; `undefined` for an aggregate that has not begun. */
export function factsOf(state: AggregateState | undefined): object | undefined {
  if (state === undefined) return undefined;
  const { value, context, status, tags, pending } = state;
  const timers = pending.timers.map(({ id }) => id);
  const actors = pending.actors.map(({ id }) => id);
  const base = { value, context, status, tags, timers, actors };
  return state.status === 'done' ? { ...base, output: state.output } : base;
}

function checkState<Machine extends AnyStateMachine>(
  expected: ExpectedState<Machine> | undefined,
  state: AggregateState<Machine> | undefined,
): void {
  const actual = factsOf(state);
  const differences =
    expected === undefined || actual === undefined
      ? differencesOf(expected, actual, 'state')
      : stateDifferences(expected, actual);
  if (differences.length === 0) return;
  throw new SpecFailure('the state is not as expected:', { expected, actual, differences });
}

function stateDifferences(expected: object, actual: object): string[] {
  return Object.entries(expected).flatMap(([key, value]) => {
    const found: unknown = Reflect.get(actual, key);
    return key === 'context' && typeof value === 'object' && value !== null
      ? partialDifferencesOf(value, Object(found), 'state.context')
      : differencesOf(value, found, `state.${key}`);
  });
}

function refusalOf(decision: Extract<Decision, { accepted: false }>): object {
  const { reason, guards, issues, actual } = decision;
  return {
    reason,
    ...(guards === undefined ? {} : { guards }),
    ...(issues === undefined ? {} : { issues }),
    ...(actual === undefined ? {} : { actual }),
  };
}

function textOf(refusal: object): string {
  return JSON.stringify(refusal);
}
