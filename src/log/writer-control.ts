import { createActor, getNextSnapshot, type SnapshotFrom } from 'xstate';
import { type WriterEvent, type WriterInput, writerMachine } from '../../machines/writer.ts';
import type { WrappedInspector } from '../inspect/inspection.ts';
import { assert } from '../model/assert.ts';

/**
 * The writer's machine and the only way to talk to it. The engine acts, sends one plain fact, and
 * reads what the machine is in now. Two invariants: sends never nest, and nothing is sent that the
 * machine in its state doesn't take.
 */
export class WriterControl {
  readonly #actor;
  #snapshot: SnapshotFrom<typeof writerMachine>;
  #sending = false;
  /** Whether writes may start: the one field that an append looks at. */
  ready = false;

  constructor(input: WriterInput, inspect: WrappedInspector | undefined) {
    this.#actor = createActor(writerMachine, {
      input,
      ...(inspect === undefined ? {} : { inspect }),
    });
    this.#actor.start();
    this.#snapshot = this.#actor.getSnapshot();
  }

  /** Tells the machine what happened. */
  send(event: WriterEvent): void {
    assert(!this.#sending, 'sends to the writer never nest', { type: event.type });
    assert(this.#snapshot.can(event), 'the writer takes this event now', {
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
    assert(this.#snapshot.status !== 'error', 'the writer machine is sound', { type: event.type });
    this.ready = this.#snapshot.matches('ready');
  }

  /** Whether the store was closed, or is about to be. */
  get closing(): boolean {
    return this.#snapshot.matches('draining') || this.#snapshot.matches('closed');
  }

  /** Whether the store is being closed: what was accepted is still written. */
  get draining(): boolean {
    return this.#snapshot.matches('draining');
  }

  /** How far the sync is that was asked for; `clean` also when nothing can be synced. */
  get syncing(): 'clean' | 'due' | 'running' {
    if (this.#snapshot.matches({ ready: { syncing: 'running' } })) return 'running';
    return this.#snapshot.matches({ ready: { syncing: 'due' } }) ? 'due' : 'clean';
  }

  /** Whether a sync that has not been started was asked for. */
  get syncRequested(): boolean {
    return this.syncing === 'due' || this.#snapshot.context.syncRequestedWhileRunning;
  }

  /** Whether the disk refused to take more and has not taken bytes since. */
  get diskFull(): boolean {
    return this.#snapshot.context.diskFull;
  }

  /** Length of the queue of submitted events, as the machine was told it last. */
  get queueLength(): number {
    return this.#snapshot.context.queueLength;
  }

  /** The pressure that the machine knows of; `undefined` unless it is ready. */
  get pressure(): 'normal' | 'high' | 'full' | undefined {
    const { value } = this.#snapshot;
    return typeof value === 'object' && 'ready' in value ? value.ready.pressure : undefined;
  }

  /** Queued events that closing now would still write, when so many are queued. */
  drainable(queued: number): number {
    const event = { type: 'close.requested', queued } as const;
    return getNextSnapshot(writerMachine, this.#snapshot, event).context.drainable;
  }

  /** The state, as XState writes it. */
  get state(): SnapshotFrom<typeof writerMachine>['value'] {
    return this.#snapshot.value;
  }
}
