import { type AnyStateMachine, createEmptyActor } from 'xstate';
import type { RunEffect } from '../stepping/effect.ts';
import { promiseFunctionOf } from '../stepping/promise-logic.ts';
import type { LoggedActor } from './pending-log.ts';
import type { ActionCall, ActorCall, ResolvedEffectOptions } from './runner-options.ts';

/** What an action of the machine itself may look at, besides its params. */
export interface ActionMoment {
  /** Context right after the event. */
  readonly context: unknown;
  /** The machine event. */
  readonly event: unknown;
}

/** Finds actors and actions by the names that are stored, and calls them. */
export class Implementations {
  readonly #machine: AnyStateMachine;
  readonly #options: Pick<ResolvedEffectOptions, 'actors' | 'actions'>;

  constructor(
    machine: AnyStateMachine,
    options: Pick<ResolvedEffectOptions, 'actors' | 'actions'>,
  ) {
    this.#machine = machine;
    this.#options = options;
  }

  /** Runs an actor to its result. */
  async runActor(actor: LoggedActor, id: string, signal: AbortSignal): Promise<unknown> {
    const { src, input, key } = actor;
    const given = functionIn(this.#options.actors, src);
    if (given !== undefined) {
      const call: ActorCall = { input, signal, key, id };
      return await given(call);
    }
    const actors: Readonly<Record<string, unknown>> = this.#machine.implementations.actors;
    const run = promiseFunctionOf(Object.hasOwn(actors, src) ? actors[src] : undefined);
    if (run === undefined) {
      throw new Error(`the machine of today has no promise actor '${src}'`);
    }
    const self = createEmptyActor();
    Object.defineProperty(self, 'id', { value: key });
    return await run({ input, signal, self, system: self.system, emit: () => undefined });
  }

  /** Runs a custom action. `moment` is asked only for what the machine's own action looks at. */
  async runAction(
    { action, params }: RunEffect,
    call: Omit<ActionCall, 'params'>,
    moment: () => ActionMoment,
  ): Promise<void> {
    const given = functionIn(this.#options.actions, action);
    if (given !== undefined) {
      await given({ ...call, params });
      return;
    }
    const own = functionIn(this.#machine.implementations.actions, action);
    if (own === undefined) throw new Error(`the machine of today has no action '${action}'`);
    const self = createEmptyActor();
    Object.defineProperty(self, 'id', { value: call.key });
    const args = {
      get context() {
        return moment().context;
      },
      get event() {
        return moment().event;
      },
      ...{ self, system: self.system },
    };
    await own(args, params);
  }
}

function functionIn(
  functions: object,
  name: string,
): ((...args: readonly unknown[]) => unknown) | undefined {
  const found: unknown = Object.hasOwn(functions, name) ? Reflect.get(functions, name) : undefined;
  // What it takes was checked by the types when it was given.
  return typeof found === 'function'
    ? (found as (...args: readonly unknown[]) => unknown)
    : undefined;
}
