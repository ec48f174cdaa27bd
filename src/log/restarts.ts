import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { type RestartEvent, restartMachine } from '../../machines/restart.ts';
import { assert } from '../model/assert.ts';
import type { RestartPolicy } from '../model/restart-policy.ts';

/** How many restarts a policy still allows: the restart machine, stepped purely. */
export class Restarts {
  #snapshot: SnapshotFrom<typeof restartMachine>;

  constructor(policy: RestartPolicy) {
    [this.#snapshot] = initialTransition(restartMachine, { policy });
  }

  /** Whether the failure at this time may be followed by a restart. */
  allows(atMs: number): boolean {
    this.#step({ type: 'io.failed', atMs });
    return this.#snapshot.matches('allowed');
  }

  /** The restart that was allowed succeeded. */
  finished(): void {
    this.#step({ type: 'restart.finished' });
  }

  /** The restart that was allowed failed. */
  failed(): void {
    this.#step({ type: 'restart.failed' });
  }

  #step(event: RestartEvent): void {
    assert(this.#snapshot.can(event), 'the restart policy takes this event now', {
      type: event.type,
      state: this.#snapshot.value,
    });
    [this.#snapshot] = transition(restartMachine, this.#snapshot, event);
  }
}
