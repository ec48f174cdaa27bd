import { failureKindOf } from '../../delivery/worker/failure-kind.ts';
import type { ExternalEvent } from '../effects/external-event.ts';
import type { EffectHost } from '../repository/external-engine.ts';
import { ActorPool, type ActorResult, type StartActor } from './actor-pool.ts';
import { externalOfResult } from './actor-result.ts';
import { PendingLog } from './pending-log.ts';
import { TimerQueue } from './timer-queue.ts';

/** A timer or a result that the machine can't take: it throws, or its history can't be folded. */
export interface EffectFailure {
  readonly entity: string;
  /** Names the timer or actor: `eventId:ordinal`. */
  readonly key: string;
  readonly cause: unknown;
}

/** The parts of the work. */
export interface EffectWorkParts {
  readonly host: EffectHost;
  /** Where the log is read from. */
  readonly from: number;
  readonly startActor: StartActor;
  /** Most actors that run at once. */
  readonly actorsMax: number;
  /** Something is to be done, from outside a call of the work's own. */
  readonly onArrived: () => void;
  /** Something could not be brought to its aggregate, and is left. */
  readonly onLeft: (failure: EffectFailure) => void;
}

interface Happening {
  readonly entity: string;
  readonly key: string;
  /** `undefined` when it is waited for no more. */
  readonly external: () => ExternalEvent | undefined;
  /** It is dealt with. */
  readonly done: () => void;
}

/**
 * What is due of the effects of one aggregate: the timers in their order, the actors, and their
 * results. It does nothing by itself, but for actors: whoever has it says when.
 */
export class EffectWork {
  readonly #parts: EffectWorkParts;
  readonly #timers = new TimerQueue();
  readonly #pool: ActorPool;
  readonly #results: ActorResult[] = [];
  /** Keys of actors whose turn has come. */
  #asked: string[] = [];
  readonly log: PendingLog;

  constructor(parts: EffectWorkParts) {
    this.#parts = parts;
    const { host, from, startActor, actorsMax } = parts;
    this.log = new PendingLog(host.store, host.definition.name, from, {
      timerSet: (entity, sequence, { key, dueAtUs }) =>
        this.#timers.add({ entity, sequence, ordinal: ordinalOf(key), key, dueAtUs }),
      timerEnded: (key) => this.#timers.forget(key),
      actorEnded: (key) => this.#pool.stop(key),
    });
    this.#pool = new ActorPool(startActor, actorsMax, (result) => {
      this.#results.push(result);
      parts.onArrived();
    });
  }

  /** Timers that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Actors that run, or wait for their turn. */
  get actors(): number {
    return this.#pool.size;
  }

  /** Microseconds until the next timer is due, at most 0 when it is; `undefined` without one. */
  get untilDueUs(): number | undefined {
    const timer = this.#timers.first();
    return timer === undefined ? undefined : timer.dueAtUs - this.#parts.host.time.nowUs();
  }

  /** The turn of an actor has come. */
  askFor(key: string): void {
    this.#asked.push(key);
  }

  /** Those that were started below the position have had their turn in another process. */
  askForStarted(position: number): void {
    for (const { key, sequence } of this.log.actors()) if (sequence < position) this.askFor(key);
  }

  /**
   * Starts actors, and brings at most so many results and timers that are due to their aggregates.
   * The log was read before.
   *
   * @returns whether there is more
   * @throws what is no fault of an aggregate: it can be tried again
   */
  settle(happeningsMax: number): boolean {
    const asked = this.#asked;
    this.#asked = [];
    for (const key of asked) {
      const actor = this.log.actor(key);
      if (actor !== undefined) this.#pool.run(actor);
    }
    for (let left = happeningsMax; left > 0; left -= 1) {
      const next = this.#next();
      if (next === undefined) return false;
      this.#bring(next);
    }
    return true;
  }

  /** Stops all actors. */
  close(): void {
    this.#pool.close();
  }

  /** The next result, or else the next timer that is due. */
  #next(): Happening | undefined {
    const [result] = this.#results;
    if (result !== undefined) {
      const { entity, key } = result.actor;
      const done = () => void this.#results.shift();
      return { entity, key, external: () => externalOfResult(result), done };
    }
    const timer = this.#timers.first();
    if (timer === undefined || timer.dueAtUs > this.#parts.host.time.nowUs()) return undefined;
    const { entity, key } = timer;
    const done = () => this.#timers.forget(key);
    return { entity, key, external: () => this.log.timer(entity, key), done };
  }

  #bring({ entity, key, external, done }: Happening): void {
    try {
      const happened = external();
      if (happened !== undefined) this.#parts.host.external.settle(entity, happened);
    } catch (cause) {
      if (failureKindOf(cause) !== 'event') throw cause;
      this.#parts.onLeft({ entity, key, cause });
    }
    done();
  }
}

function ordinalOf(key: string): number {
  return Number(key.slice(key.indexOf(':') + 1));
}
