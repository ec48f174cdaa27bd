import { createActor, type SnapshotFrom } from 'xstate';
import {
  type EffectRunnerContext,
  type EffectRunnerEvent,
  type EffectRunnerInput,
  effectRunnerMachine,
} from '../../../machines/effect-runner.ts';
import type { WrappedInspector } from '../../inspect/inspection.ts';
import { assert } from '../../model/assert.ts';

/** What a runner of effects is doing. */
export type EffectRunnerState =
  | 'reading'
  | 'settling'
  | 'resting'
  | 'waiting'
  | 'stopping'
  | 'failing'
  | 'stopped'
  | 'exhausted';

/**
 * The machine of a runner and the only way to talk to it. Nothing is sent that the machine in its
 * state doesn't take.
 */
export class RunnerControl {
  readonly #actor;
  #snapshot: SnapshotFrom<typeof effectRunnerMachine>;

  constructor(input: EffectRunnerInput, inspect: WrappedInspector | undefined) {
    this.#actor = createActor(effectRunnerMachine, {
      input,
      ...(inspect === undefined ? {} : { inspect }),
    });
    this.#actor.start();
    this.#snapshot = this.#actor.getSnapshot();
  }

  /** Whether the machine takes the event in the state it is in. */
  can(event: EffectRunnerEvent): boolean {
    return this.#snapshot.can(event);
  }

  /** Tells the machine what happened. */
  send(event: EffectRunnerEvent): void {
    assert(this.#snapshot.can(event), 'the runner takes this event now', {
      type: event.type,
      state: this.#snapshot.value,
    });
    this.#actor.send(event);
    this.#snapshot = this.#actor.getSnapshot();
    assert(this.#snapshot.status !== 'error', 'the runner machine is sound', { type: event.type });
  }

  get state(): EffectRunnerState {
    const { value } = this.#snapshot;
    return typeof value === 'string' ? value : value.live;
  }

  /** Whether it is neither at its end nor on the way there. */
  get live(): boolean {
    return this.#snapshot.matches('live');
  }

  /** Whether it is at its end. */
  get ended(): boolean {
    return this.#snapshot.status === 'done';
  }

  get context(): EffectRunnerContext {
    return this.#snapshot.context;
  }
}
