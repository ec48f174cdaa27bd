import type { StoredEvent } from '../../model/event.ts';
import { Region } from '../../model/region.ts';
import { extensionOf } from '../../store/read/event-view.ts';
import type { StoreReads } from '../../store/store-reads.ts';
import { stampExtension } from '../../store/write/append-request.ts';
import { type ExternalEvent, settledBy } from '../effects/external-event.ts';
import {
  nothingPending,
  type PendingEffects,
  type PendingTimer,
  pendingAfter,
  pendingWithout,
  type RunningActor,
} from '../effects/pending.ts';
import { stampedEffects, stampRole } from '../fold/stamp.ts';

/** Who is told what the aggregates of a log wait for. */
export interface PendingListener {
  timerSet(entity: string, sequence: number, timer: PendingTimer): void;
  timerEnded(key: string): void;
  actorEnded(key: string): void;
}

/** An actor without a result, and where the log says so. */
export interface LoggedActor extends RunningActor {
  readonly entity: string;
  readonly sequence: number;
}

/**
 * What the aggregates of one definition wait for, followed along the log. No machine is stepped:
 * the stamps tell it all.
 */
export class PendingLog {
  readonly #store: StoreReads;
  readonly #region: Region;
  readonly #listener: PendingListener;
  readonly #byEntity = new Map<string, PendingEffects>();
  /** By key, the sequence of the event that asked for it; in the order of sequences. */
  readonly #sequences = new Map<string, number>();
  readonly #actors = new Map<string, LoggedActor>();
  #position: number;

  constructor(store: StoreReads, name: string, from: number, listener: PendingListener) {
    this.#store = store;
    this.#region = effectRegion(name);
    this.#position = from;
    this.#listener = listener;
  }

  /** The sequence that is looked at next. */
  get position(): number {
    return this.#position;
  }

  /** The sequence before which nothing is waited for any more. */
  get watermark(): number {
    for (const sequence of this.#sequences.values()) return sequence;
    return this.#position;
  }

  /** Actors without a result, in the order in which they were started. */
  actors(): Iterable<LoggedActor> {
    return this.#actors.values();
  }

  /** The actor of this key, when it has no result yet. */
  actor(key: string): LoggedActor | undefined {
    return this.#actors.get(key);
  }

  /** What comes when the timer is due; `undefined` when it waits no more. */
  timer(entity: string, key: string): ExternalEvent | undefined {
    const timer = this.#byEntity.get(entity)?.timers.find((each) => each.key === key);
    return timer === undefined ? undefined : { of: 'timer', key, id: timer.id, event: timer.event };
  }

  /** Reads on, at most so many events of the region. @returns whether it is at the end */
  read(eventsMax: number): boolean {
    const end = this.#store.nextSequence;
    const after = this.#position - 1;
    let left = eventsMax;
    const options = after < 0 ? {} : { after };
    for (const event of this.#store.events(this.#region, options)) {
      if (left === 0) return false;
      left -= 1;
      this.#take(event);
      this.#position = event.sequence + 1;
    }
    this.#position = end;
    return true;
  }

  #take(event: StoredEvent): void {
    const { entity, sequence } = event;
    const stamp = extensionOf(event, stampExtension);
    const role = stampRole(stamp);
    if (stamp === undefined || role === undefined || role === 'emitted') return;
    const before = this.#byEntity.get(entity) ?? nothingPending;
    const isOutside = role === 'external' || role === 'discarded';
    const settled = isOutside ? settledBy(event.kind, event.payload) : undefined;
    const left = settled === undefined ? before : pendingWithout(before, settled);
    const effects = role === 'discarded' ? [] : stampedEffects(stamp);
    const after = effects.length === 0 ? left : pendingAfter(left, effects, event.eventId);
    if (after === before) return;
    this.#compare(entity, sequence, before, after);
    if (after === nothingPending) this.#byEntity.delete(entity);
    else this.#byEntity.set(entity, after);
  }

  #compare(entity: string, sequence: number, before: PendingEffects, after: PendingEffects): void {
    for (const { key } of missing(before.timers, after.timers)) {
      this.#sequences.delete(key);
      this.#listener.timerEnded(key);
    }
    for (const { key } of missing(before.actors, after.actors)) {
      this.#sequences.delete(key);
      this.#actors.delete(key);
      this.#listener.actorEnded(key);
    }
    for (const timer of missing(after.timers, before.timers)) {
      this.#sequences.set(timer.key, sequence);
      this.#listener.timerSet(entity, sequence, timer);
    }
    for (const actor of missing(after.actors, before.actors)) {
      this.#sequences.set(actor.key, sequence);
      this.#actors.set(actor.key, { ...actor, entity, sequence });
    }
  }
}

/** Where the aggregates of a definition are. */
export function effectRegion(name: string): Region {
  return Region.prefix(`${name}:`).withLane(0);
}

/** What is in the first list and not in the second. */
function missing<Item extends { readonly key: string }>(
  items: readonly Item[],
  others: readonly Item[],
): readonly Item[] {
  if (items.length === 0) return items;
  return items.filter(({ key }) => !others.some((other) => other.key === key));
}
