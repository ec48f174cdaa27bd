import { createActor, type SnapshotFrom } from 'xstate';
import {
  type CursorWorkerContext,
  type CursorWorkerEvent,
  type CursorWorkerInput,
  cursorWorkerMachine,
} from '../../../machines/cursor-worker.ts';
import type { WrappedInspector } from '../../inspect/inspection.ts';
import { assert, unreachable } from '../../model/assert.ts';

/** What a worker is doing. */
export type WorkerState =
  | 'polling'
  | 'handling'
  | 'parking'
  | 'checkpointing'
  | 'idle'
  | 'backing off'
  | 'restarting'
  | 'stopped'
  | 'exhausted';

/**
 * The machine of a worker and the only way to talk to it. Sends never nest, and nothing is sent
 * that the machine in its state doesn't take.
 */
export class WorkerControl {
  readonly #actor;
  #snapshot: SnapshotFrom<typeof cursorWorkerMachine>;
  #sending = false;

  constructor(input: CursorWorkerInput, inspect: WrappedInspector | undefined) {
    this.#actor = createActor(cursorWorkerMachine, {
      input,
      ...(inspect === undefined ? {} : { inspect }),
    });
    this.#actor.start();
    this.#snapshot = this.#actor.getSnapshot();
  }

  /** Whether the machine takes the event in the state it is in. */
  can(event: CursorWorkerEvent): boolean {
    return this.#snapshot.can(event);
  }

  /** Tells the machine what happened. */
  send(event: CursorWorkerEvent): void {
    assert(!this.#sending, 'sends to a worker never nest', { type: event.type });
    assert(this.#snapshot.can(event), 'the worker takes this event now', {
      type: event.type,
      state: this.#snapshot.value,
    });
    this.#sending = true;
    try {
      this.#actor.send(event);
    } finally {
      this.#sending = false;
    }
    this.#snapshot = this.#actor.getSnapshot();
    assert(this.#snapshot.status !== 'error', 'the worker machine is sound', { type: event.type });
  }

  get state(): WorkerState {
    const { value } = this.#snapshot;
    if (typeof value === 'string') return value;
    if ('handling' in value) return 'handling';
    if ('checkpointing' in value) return 'checkpointing';
    switch (value.waiting) {
      case 'idle':
        return 'idle';
      case 'backingOff':
        return 'backing off';
      default:
        return unreachable(value.waiting);
    }
  }

  /** Whether it is at its end. */
  get ended(): boolean {
    return this.#snapshot.status === 'done';
  }

  get context(): CursorWorkerContext {
    return this.#snapshot.context;
  }
}
