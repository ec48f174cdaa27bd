import type { LoggedActor } from './pending-log.ts';

/** What became of an actor. */
export type ActorResult =
  | { readonly actor: LoggedActor; readonly output: unknown }
  | { readonly actor: LoggedActor; readonly failure: unknown };

/** Starts the actor; the signal aborts when its result is not wanted any more. */
export type StartActor = (actor: LoggedActor, signal: AbortSignal) => Promise<unknown>;

/**
 * Runs actors, so many at once; others wait for their turn. Each is run once in the life of the
 * pool, however often it is asked for.
 */
export class ActorPool {
  readonly #start: StartActor;
  readonly #runningMax: number;
  readonly #onResult: (result: ActorResult) => void;
  readonly #waiting = new Map<string, LoggedActor>();
  readonly #running = new Map<string, AbortController>();
  #closed = false;

  constructor(start: StartActor, runningMax: number, onResult: (result: ActorResult) => void) {
    this.#start = start;
    this.#runningMax = runningMax;
    this.#onResult = onResult;
  }

  /** Actors that run or wait for their turn. */
  get size(): number {
    return this.#running.size + this.#waiting.size;
  }

  /** Runs the actor, unless it runs already. */
  run(actor: LoggedActor): void {
    if (this.#closed || this.#running.has(actor.key)) return;
    this.#waiting.set(actor.key, actor);
    this.#fill();
  }

  /**
   * The result of the actor is not wanted any more. One that doesn't heed its signal goes on, but
   * keeps nobody from having a turn; what it comes to is told all the same.
   */
  stop(key: string): void {
    this.#waiting.delete(key);
    this.#running.get(key)?.abort();
    if (this.#running.delete(key)) this.#fill();
  }

  /** Stops all actors, and takes no results any more. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  #fill(): void {
    for (const [key, actor] of this.#waiting) {
      if (this.#running.size >= this.#runningMax) return;
      this.#waiting.delete(key);
      void this.#run(actor);
    }
  }

  async #run(actor: LoggedActor): Promise<void> {
    const controller = new AbortController();
    this.#running.set(actor.key, controller);
    const result = await this.#resultOf(actor, controller.signal);
    if (this.#closed) return;
    this.#running.delete(actor.key);
    this.#onResult(result);
    this.#fill();
  }

  async #resultOf(actor: LoggedActor, signal: AbortSignal): Promise<ActorResult> {
    try {
      return { actor, output: await this.#start(actor, signal) };
    } catch (failure) {
      return { actor, failure };
    }
  }
}
