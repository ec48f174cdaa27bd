import { VisibilityFenceActiveError } from '../../model/errors/fence-errors.ts';
import { NestedWriteError } from '../../model/errors/lifecycle-errors.ts';
import type { Engine } from '../engine.ts';

/**
 * Whose turn it is to write: one call at a time, as the store is not reentrant. Whoever calls from
 * inside a write, such as an inspector, is refused before it does harm. It also sees to it that a
 * store that falls idle is synced.
 */
export class WriteTurn {
  readonly #engine: Engine;
  /** Makes everything durable; called when the store has been idle for `sync.maxDelayMs`. */
  readonly #syncIdle: () => void;
  /** The visibility fence that was begun last: while it is active no one else may write. */
  fence: { readonly active: boolean; end(reason: 'writer stopped'): void } | undefined;
  #busy = false;
  #cancelSync: (() => void) | undefined;

  constructor(engine: Engine, syncIdle: () => void) {
    this.#engine = engine;
    this.#syncIdle = syncIdle;
  }

  /**
   * Takes the turn; `end` gives it back, whatever happens.
   *
   * @throws {NestedWriteError} {@link StoreClosedError} {@link WriterDeadError}
   */
  begin(operation: string): void {
    this.requireFree(operation);
    this.#engine.writer.requireReady(operation);
    this.#busy = true;
  }

  /** Takes the turn also when the writer has stopped: what is queued must be told. */
  beginAnyway(operation: string): void {
    this.requireFree(operation);
    this.#busy = true;
  }

  /** Gives the turn back after a write. */
  end(): void {
    this.#busy = false;
    if (this.fenced && !this.#engine.control.ready) this.fence?.end('writer stopped');
    if (this.#cancelSync === undefined && this.#engine.writer.needsSync) this.#scheduleSync();
  }

  /** Gives the turn back after a call that has written nothing. */
  release(): void {
    this.#busy = false;
  }

  /** @throws {NestedWriteError} while a call is writing */
  requireFree(operation: string): void {
    if (this.#busy) throw new NestedWriteError(operation);
  }

  /** @throws {VisibilityFenceActiveError} while a visibility fence is open */
  requireUnfenced(operation: string): void {
    if (this.fenced) throw new VisibilityFenceActiveError(operation);
  }

  /** Whether a visibility fence is open. */
  get fenced(): boolean {
    return this.fence?.active === true;
  }

  /** No sync is made any more because the store is idle. */
  stop(): void {
    this.#cancelSync?.();
  }

  #scheduleSync(): void {
    const { platform, sync } = this.#engine.options;
    this.#cancelSync = platform.timers.after(sync.maxDelayMs, () => {
      this.#cancelSync = undefined;
      if (this.#engine.writer.needsSync) this.#syncIdle();
    });
  }
}
