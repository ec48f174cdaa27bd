import type { AnyStateMachine, InputFrom, OutputFrom, StateMachine } from 'xstate';
import type { BackOff } from '../../delivery/worker/back-off.ts';
import { integer, resolveWorkerOptions } from '../../delivery/worker/worker-options.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';

/** What an actor is called with that is given to `effects`. */
export interface ActorCall<Input = unknown> {
  /** What the machine made for it when it was started. */
  readonly input: Input;
  /** Aborts when the machine has left the state, and when the runner stops. */
  readonly signal: AbortSignal;
  /**
   * `eventId:ordinal`, the same each time that this actor is run: hand it on as an idempotency key,
   * as a crash before its result is stored has it run again.
   */
  readonly key: string;
  /** Id of the aggregate. */
  readonly id: string;
}

/** What an action is called with that is given to `effects`. */
export interface ActionCall<Params = unknown> {
  /** What the machine gave it. */
  readonly params: Params;
  /** Aborts when the signal of the runner does, and when the store is closed. */
  readonly signal: AbortSignal;
  /** `eventId:ordinal`, the same each time that this action is run: an idempotency key. */
  readonly key: string;
  /** Id of the aggregate. */
  readonly id: string;
  /** 1 the first time. */
  readonly attempt: number;
}

/** The actors that a machine names in `setup({ actors })`: `{ src, logic }`. */
export type InvokedActors<Machine extends AnyStateMachine> =
  Machine extends StateMachine<
    infer _Context,
    infer _Event,
    infer _Children,
    infer Actors,
    infer _Action,
    infer _Guard,
    infer _Delay,
    infer _Value,
    infer _Tag,
    infer _Input,
    infer _Output,
    infer _Emitted,
    infer _Meta,
    infer _Schema,
    infer _TransitionMeta
  >
    ? Actors
    : never;

/** The actions that a machine names in `setup({ actions })`: `{ type, params }`. */
export type NamedActions<Machine extends AnyStateMachine> =
  Machine extends StateMachine<
    infer _Context,
    infer _Event,
    infer _Children,
    infer _Actor,
    infer Actions,
    infer _Guard,
    infer _Delay,
    infer _Value,
    infer _Tag,
    infer _Input,
    infer _Output,
    infer _Emitted,
    infer _Meta,
    infer _Schema,
    infer _TransitionMeta
  >
    ? Actions
    : never;

/** How each actor of a machine may be run; typed by what the machine says it takes and gives. */
export type ActorImplementations<Machine extends AnyStateMachine> = {
  readonly [Actor in InvokedActors<Machine> as Actor['src']]?: (
    call: ActorCall<InputFrom<Actor['logic']>>,
  ) => OutputFrom<Actor['logic']> | PromiseLike<OutputFrom<Actor['logic']>>;
};

/** How each custom action of a machine may be run. */
export type ActionImplementations<Machine extends AnyStateMachine> = {
  readonly [Action in NamedActions<Machine> as Action['type']]?: (
    call: ActionCall<Action['params']>,
  ) => void | PromiseLike<void>;
};

/** What `effects` may be given. */
export interface EffectOptions<Machine extends AnyStateMachine = AnyStateMachine> {
  /** Actors, by their names in `setup({ actors })`. @default those of the machine */
  readonly actors?: ActorImplementations<Machine>;
  /** Custom actions, by their names in `setup({ actions })`. @default those of the machine */
  readonly actions?: ActionImplementations<Machine>;
  /**
   * Most actors that run at once, and most aggregates whose actions run at once, 1 to 10 000.
   * @default 64
   */
  readonly concurrency?: number;
  /** Stops the runner when it aborts. */
  readonly signal?: AbortSignal;
  /** How often an action is tried before its event is parked, 1 to 1 000. @default 5 */
  readonly maxTries?: number;
  /** Most parked events, 0 to 100 000; one more ends the runner. @default 1000 */
  readonly maxParked?: number;
  /** How long it waits after a failure. @default 100 ms, doubled up to 30 s */
  readonly backOff?: BackOff;
  /**
   * Failures in a row to read or write the log, 0 to 1 000; one more ends the runner.
   * @default 10
   */
  readonly maxFailures?: number;
}

/** Options with their defaults, of a machine whose types are forgotten. */
export interface ResolvedEffectOptions {
  readonly actors: Readonly<Record<string, unknown>>;
  readonly actions: Readonly<Record<string, unknown>>;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly maxFailures: number;
  readonly maxTries: number;
  readonly maxParked: number;
  readonly backOff: Readonly<Required<BackOff>>;
}

const optionNames = [
  ...['actors', 'actions', 'concurrency', 'signal'],
  ...['maxTries', 'maxParked', 'backOff', 'maxFailures'],
];

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function resolveEffectOptions(
  machine: AnyStateMachine,
  options: EffectOptions,
): ResolvedEffectOptions {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, optionNames);
  const { signal, maxTries, maxParked, backOff } = options;
  // They are the worker's, which checks them as its own.
  const ofWorker = { maxTries, maxParked, backOff };
  const given = Object.entries(ofWorker).filter(([, value]) => value !== undefined);
  const { backOff: waits, ...tries } = resolveWorkerOptions(Object.fromEntries(given));
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ArgumentTypeError('signal', signal, 'an AbortSignal');
  }
  return {
    actors: implementations('actors', options.actors, machine.implementations.actors),
    actions: implementations('actions', options.actions, machine.implementations.actions),
    concurrency: integer('concurrency', options.concurrency, 64, 1, 10_000),
    maxFailures: integer('maxFailures', options.maxFailures, 10, 0, 1000),
    ...{ signal, maxTries: tries.maxTries, maxParked: tries.maxParked, backOff: waits },
  };
}

function implementations(
  field: string,
  given: unknown,
  known: object,
): Readonly<Record<string, unknown>> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null) {
    throw new ArgumentTypeError(field, given, 'an object of functions');
  }
  for (const [name, implementation] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) {
      throw new ArgumentRangeError(field, name, `a name in setup({ ${field} })`);
    }
    if (typeof implementation !== 'function') {
      throw new ArgumentTypeError(`${field}.${name}`, implementation, 'a function');
    }
  }
  return { ...given };
}
