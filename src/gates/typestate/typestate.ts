import { type AnyStateMachine, type AnyStateNode, initialTransition, matchesState } from 'xstate';
import { UnsupportedMachineError } from '../../model/errors/aggregate-errors.ts';
import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import type {
  LegalIn,
  Narrowed,
  StateConfig,
  ValueAfter,
  ValueIn,
  Wanted,
} from './configuration.ts';

/** What a handle loads from and sends to: a repository of the machine's aggregates. */
export interface TypestateHost {
  /** Where the aggregate stands; `undefined` when it has not begun. */
  load(id: string): { readonly value: unknown; readonly status: string } | undefined;
  /** Sends a command to the aggregate. */
  send(id: string, command: never, options?: never): TypestateDecision;
}

/** What a handle reads of a repository's answer. */
export interface TypestateDecision {
  readonly accepted: boolean;
  readonly state: { readonly value: unknown } | undefined;
}

/** The command came through: `handle` stands where it led to. */
export interface TypestateAccepted<Host extends TypestateHost, Config, Value> {
  readonly accepted: true;
  readonly decision: Extract<ReturnType<Host['send']>, { accepted: true }>;
  readonly handle: TypestateHandle<Host, Config, Value>;
}

/**
 * The command was refused, and nothing was stored: by the machine (a guard said no), or as `moved`
 * because the aggregate no longer stands where the handle does. `handle` stands where it is now.
 */
export interface TypestateRefused<Host extends TypestateHost, Config> {
  readonly accepted: false;
  readonly reason: 'moved' | 'refused';
  /** The repository's own answer; `undefined` for `moved`, of which the machine was not asked. */
  readonly decision: Extract<ReturnType<Host['send']>, { accepted: false }> | undefined;
  readonly handle: TypestateHandle<Host, Config, ValueIn<Config>>;
}

/** Types of the commands that a host takes. */
type CommandOf<Host extends TypestateHost> = Parameters<Host['send']>[1];
type TypeOf<Host extends TypestateHost> =
  CommandOf<Host> extends { readonly type: infer Type } ? Type & string : never;

/**
 * An aggregate in a state that the compiler knows: it takes the events that are legal there, and no
 * others. Immutable: a command gives a new handle, and one that was overtaken is refused.
 */
export interface TypestateHandle<Host extends TypestateHost, Config, Value> {
  readonly id: string;
  /** Where the aggregate stood when the handle was made: XState's state value. */
  readonly value: Value;
  /** Whether it stands in this state, or in these of its regions. Narrows the handle. */
  in<Where extends Wanted<Value>>(
    where: Where,
  ): this is TypestateHandle<Host, Config, Narrowed<Value, Where>>;
  /**
   * Sends a command that is legal in the state. Guards still judge it when it is sent.
   *
   * @throws {BatpakError} what `send` of the repository throws
   */
  send<Command extends CommandOf<Host> & { readonly type: LegalIn<Config, Value, TypeOf<Host>> }>(
    command: Command,
    options?: Parameters<Host['send']>[2],
  ):
    | TypestateAccepted<Host, Config, ValueAfter<Config, Value, Command['type']>>
    | TypestateRefused<Host, Config>;
}

/** A machine whose states the compiler knows. Made by {@link defineTypestate}. */
export class Typestate<Config extends StateConfig> {
  readonly #machine: AnyStateMachine;

  /** @internal */
  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
  }

  /**
   * The aggregate of this id where it stands now, or in the state that its machine begins in when
   * it has not begun; narrow it with `in`.
   *
   * @throws {ArgumentTypeError} unless the host has `load` and `send`
   * @throws {BatpakError} what `load` of the repository throws
   */
  of<Host extends TypestateHost>(
    host: Host,
    id: string,
  ): TypestateHandle<Host, Config, ValueIn<Config>> {
    if (typeof host?.load !== 'function' || typeof host.send !== 'function') {
      throw new ArgumentTypeError('host', host, 'a repository that takes commands');
    }
    return new Handle(host, id, () => this.#valueOf(host, id));
  }

  #valueOf(host: TypestateHost, id: string): unknown {
    const state = host.load(id);
    return state === undefined ? initialTransition(this.#machine)[0].value : state.value;
  }
}

/**
 * Lets the compiler know which events are legal in which state of a machine. `config` is the object
 * that the machine was made of, declared `as const`.
 *
 * ```ts
 * const config = {
 *   initial: 'shut',
 *   states: { shut: { on: { open: 'ajar' } }, ajar: { on: { close: 'shut' } } },
 * } as const;
 * const machine = setup({ types }).createMachine(config);
 * const doors = defineTypestate(machine, config);
 * const door = doors.of(repository(store, aggregate), 'front');
 * if (door.in('shut')) door.send({ type: 'open' }); // { type: 'close' } does not compile
 * ```
 *
 * @throws {ArgumentTypeError} when the machine was made of another object
 * @throws {UnsupportedMachineError} when the machine has `raise` or `enqueueActions`: it could
 * stand elsewhere than its transitions say
 */
export function defineTypestate<const Config extends StateConfig>(
  machine: AnyStateMachine,
  config: Config,
): Typestate<Config> {
  const made: unknown = machine?.config;
  if (typeof made !== 'object' || made === null) {
    throw new ArgumentTypeError('machine', machine, 'a machine of XState');
  }
  // `setup` hands on a copy of the outermost object: what is in it is what was given.
  if (machine.config.states !== config.states || machine.config.on !== config.on) {
    throw new ArgumentTypeError('config', config, 'the object that createMachine was given');
  }
  refuseRaises(machine, machine.root);
  return new Typestate(machine);
}

// The parameters of its type only say what its value already is: they are erased here.
class Handle implements TypestateHandle<TypestateHost, unknown, never> {
  readonly id: string;
  readonly value: never;
  readonly #host: TypestateHost;
  readonly #now: () => unknown;

  constructor(host: TypestateHost, id: string, now: () => unknown) {
    this.#host = host;
    this.id = id;
    this.#now = now;
    this.value = now() as never;
    Object.freeze(this);
  }

  in(where: never): this is never {
    return matchesState(where, this.value);
  }

  send(command: never, options?: never): never {
    const { id } = this;
    const host = this.#host;
    if (!sameValue(this.#now(), this.value)) return this.#answer(false, 'moved', undefined);
    const decision = host.send(id, command, options);
    return this.#answer(decision.accepted, 'refused', decision);
  }

  #answer(accepted: boolean, reason: 'moved' | 'refused', decision: unknown): never {
    const handle = new Handle(this.#host, this.id, this.#now);
    const answer = accepted
      ? { accepted, decision, handle }
      : { accepted, reason, decision, handle };
    return Object.freeze(answer) as never;
  }
}

function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || left === null) return left === right;
  if (typeof right !== 'object' || right === null) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => sameValue(Reflect.get(left, key), Reflect.get(right, key)))
  );
}

const raising: ReadonlySet<unknown> = new Set(['xstate.raise', 'xstate.enqueueActions']);

function refuseRaises(machine: AnyStateMachine, node: AnyStateNode): void {
  const transitions = [...node.transitions.values()].flat();
  const actions = [...node.entry, ...node.exit, ...transitions.flatMap((one) => one.actions)];
  for (const action of actions) {
    if (!raising.has(typeOf(action)) && !raising.has(typeOf(implementation(machine, action)))) {
      continue;
    }
    const problem = 'raise moves it on behind the transition; use always, or send a command';
    throw new UnsupportedMachineError(machine.id, `state '${node.id}'`, problem);
  }
  for (const child of Object.values<AnyStateNode>(node.states)) refuseRaises(machine, child);
}

function implementation(machine: AnyStateMachine, action: unknown): unknown {
  const actions: Readonly<Record<string, unknown>> = machine.implementations.actions;
  const name = typeof action === 'string' ? action : typeOf(action);
  return typeof name === 'string' && Object.hasOwn(actions, name) ? actions[name] : undefined;
}

function typeOf(action: unknown): unknown {
  const isPart = typeof action === 'function' || (typeof action === 'object' && action !== null);
  return isPart && 'type' in action ? action.type : undefined;
}
