import type { AnyStateMachine, InputFrom } from 'xstate';
import type {
  AggregateDefinition,
  CommandOf,
  EventMap,
} from '../aggregates/definition/definition.ts';
import { checkHistory } from '../aggregates/evolution/check-history.ts';
import { type Repository, repository } from '../aggregates/repository/repository.ts';
import type { AggregateState } from '../aggregates/repository/state.ts';
import { differencesOf } from './difference.ts';
import { factsOf } from './given-aggregate.ts';
import { Happening } from './happening.ts';
import { SpecFailure } from './spec-failure.ts';
import { type Ending, SpecHost } from './spec-host.ts';

/** Id of the aggregate that is walked. */
const id = '1';

/** What an aggregate is walked with. */
export interface WalkOptions<Machine extends AnyStateMachine> {
  /** Input, with which it is created before the first command. */
  readonly input?: InputFrom<Machine>;
}

/**
 * Takes an aggregate through commands in a store that goes through restarts. Invariants that it
 * holds it to, after every command: another process folds the state that `send` answered; what was
 * refused has written nothing; each state that there was can be asked for again.
 */
export class Walk<Machine extends AnyStateMachine, Events extends EventMap<Machine>> {
  readonly #definition: AggregateDefinition<Machine, Events>;
  readonly #host: SpecHost;
  readonly #moments: { readonly clock: number; readonly facts: object | undefined }[];
  #repository: Repository<Machine, Events>;
  #steps = 0;

  constructor(
    definition: AggregateDefinition<Machine, Events>,
    options: WalkOptions<Machine>,
    from?: Walk<Machine, Events>,
  ) {
    this.#definition = definition;
    this.#host = from === undefined ? new SpecHost() : from.#host.copy();
    this.#moments = from === undefined ? [] : [...from.#moments];
    this.#repository = this.#open();
    if (from === undefined && 'input' in options) this.begin(options.input);
  }

  /** Creates the aggregate: what it asks for at its start is in the log from then on. */
  begin(input?: unknown): void {
    const created = this.#repository.create(id, ...([input] as never));
    if (!created.accepted) {
      throw new SpecFailure(`the input was refused as '${created.reason}'`, {
        expected: 'accepted',
        actual: created.reason,
      });
    }
    this.#note(created.state);
  }

  /** A walk of its own from here on. */
  fork(): Walk<Machine, Events> {
    return new Walk(this.#definition, {}, this);
  }

  /** State of the aggregate now. */
  get state(): AggregateState<Machine> | undefined {
    return this.#repository.load(id);
  }

  /**
   * Sends a command, or has something happen, and lets the process end as told.
   *
   * @returns the reason when it was refused
   */
  step(command: CommandOf<Events> | Happening, ending: Ending | undefined): string | undefined {
    this.#steps += 1;
    const expected = this.#repository.load(id);
    const reason =
      command instanceof Happening ? this.#happen(command) : this.#send(command, expected);
    const now = this.#repository.load(id);
    if (reason === undefined && now !== undefined) this.#note(now);
    if (ending !== undefined) {
      this.#host.restart(ending);
      this.#repository = this.#open();
    }
    const after = reason === undefined ? now : expected;
    const when = `after step ${this.#steps} ('${command.type}') and ${ending ?? 'no restart'}`;
    this.#compare(factsOf(after), factsOf(this.state), `${when}, the state is another:`);
    return reason;
  }

  #send(
    command: CommandOf<Events>,
    expected: AggregateState<Machine> | undefined,
  ): string | undefined {
    const before = this.#host.store.eventCount;
    const decision = this.#repository.send(id, command);
    if (!decision.accepted) {
      this.#checkRefused(command.type, before, expected);
      return decision.reason;
    }
    const answered = factsOf(decision.state);
    this.#compare(answered, factsOf(this.#repository.load(id)), 'send answered another state:');
    return undefined;
  }

  #happen(happening: Happening): string | undefined {
    const outcome = happening.settle(this.#repository, id);
    return outcome === 'taken' ? undefined : outcome;
  }

  /** Checks the history as a whole: every moment, every chain. @throws {SpecFailure} */
  end(): void {
    for (const { clock, facts } of this.#moments) {
      const then = factsOf(this.#repository.stateAt(id, { clock }));
      this.#compare(facts, then, `the state at clock ${clock} is not what it was:`);
    }
    const { ok, findings } = checkHistory(this.#definition, this.#host.store);
    if (!ok) {
      throw new SpecFailure('the history is read otherwise than it was written', {
        expected: [],
        actual: findings,
      });
    }
    const { errors } = this.#host.store.verify();
    if (errors.length === 0) return;
    throw new SpecFailure('the log is damaged', { expected: [], actual: errors });
  }

  #checkRefused(
    type: string,
    eventCount: number,
    expected: AggregateState<Machine> | undefined,
  ): void {
    const when = `'${type}' was refused, but`;
    this.#compare(eventCount, this.#host.store.eventCount, `${when} something was written:`);
    this.#compare(factsOf(expected), factsOf(this.state), `${when} the state is another:`);
  }

  #note(state: AggregateState<Machine>): void {
    this.#moments.push({ clock: state.clock, facts: factsOf(state) });
  }

  #compare(expected: unknown, actual: unknown, problem: string): void {
    const differences = differencesOf(expected, actual, 'state');
    if (differences.length > 0) throw new SpecFailure(problem, { expected, actual, differences });
  }

  #open(): Repository<Machine, Events> {
    return repository(this.#host.store, this.#definition, { mode: 'development' });
  }
}
