import type { Expectation, IndexEntry, QueryOptions, StoredEvent } from 'batpak';

/** An event as the model of a store remembers it. */
export interface ModelEvent {
  readonly eventId: string;
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly clock: number;
  readonly payload: unknown;
  readonly flags: number;
  readonly key: string | undefined;
  readonly causationId: string | undefined;
  /** Number of the write that it came with: all events of a batch share one. */
  readonly write: number;
}

/** What is appended, before the store has given it an id. */
export interface ModelAppend {
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly payload: unknown;
  readonly flags: number;
  readonly key: string | undefined;
  readonly expected: Expectation;
}

/** What an append comes to, by the rules that the documentation states. */
export type ModelAnswer =
  | { readonly type: 'append'; readonly clock: number }
  | { readonly type: 'replay'; readonly event: ModelEvent }
  | { readonly type: 'refuse'; readonly code: string };

/** Which events a query is about. */
export interface ModelRegion {
  readonly entity?: string;
  readonly namespace?: string;
  readonly scope?: string;
  readonly kind?: number;
}

/** A store as one would write it without regard to speed or disks: a list. */
export class StoreModel {
  readonly events: ModelEvent[] = [];
  /** How many events, from the first, the store has said are durable. */
  durable = 0;
  #writes = 0;

  /** What an append comes to, with `staged` being the events before it in the same batch. */
  judge(append: ModelAppend, staged: readonly ModelAppend[] = []): ModelAnswer {
    const { key, entity, expected } = append;
    const known = key === undefined ? undefined : this.events.find((event) => event.key === key);
    if (known !== undefined) {
      return isSame(known, append)
        ? { type: 'replay', event: known }
        : { type: 'refuse', code: 'BATPAK_IDEMPOTENCY_CONFLICT' };
    }
    const clock =
      this.events.filter((event) => event.entity === entity).length +
      staged.filter((event) => event.entity === entity).length;
    const holds =
      expected === 'any' ||
      (expected === 'none' && clock === 0) ||
      (expected === 'exists' && clock > 0) ||
      expected === clock - 1;
    if (holds) return { type: 'append', clock };
    return { type: 'refuse', code: 'BATPAK_EXPECTATION_FAILED' };
  }

  /** Takes the events of one write. */
  write(events: readonly Omit<ModelEvent, 'write'>[]): void {
    this.#writes += 1;
    for (const event of events) this.events.push({ ...event, write: this.#writes });
  }

  /** Forgets all but the first `count` events; whether that leaves every write whole. */
  cut(count: number): boolean {
    const last = this.events[count - 1];
    const first = this.events[count];
    this.events.length = count;
    return last === undefined || first === undefined || last.write !== first.write;
  }

  /** Sequences of the region's events. */
  query(region: ModelRegion, options: QueryOptions): number[] {
    const { after, limit, reverse } = options;
    const sequences = this.events.flatMap((event, sequence) =>
      matches(event, region) ? [sequence] : [],
    );
    if (reverse === true) sequences.reverse();
    return sequences
      .filter((sequence) => {
        if (after === undefined) return true;
        return reverse === true ? sequence < after : sequence > after;
      })
      .slice(0, limit);
  }
}

/** What the model says an entry is. */
export function entryFacts(entry: IndexEntry): Omit<IndexEntryFacts, 'eventId'> {
  const { entity, scope, kind, clock, sequence } = entry;
  return { sequence, entity, scope, kind, clock };
}

/** What the model says an event is. */
export function eventFacts(event: StoredEvent): IndexEntryFacts & Record<string, unknown> {
  const { eventId, payload, flags, causationId } = event;
  return { ...entryFacts(event), eventId, payload, flags, causationId };
}

/** The same of an event of the model. */
export function modelFacts(
  event: ModelEvent,
  sequence: number,
): IndexEntryFacts & Record<string, unknown> {
  const { eventId, entity, scope, kind, clock, payload, flags, causationId } = event;
  return { sequence, entity, scope, kind, clock, eventId, payload, flags, causationId };
}

interface IndexEntryFacts {
  readonly eventId: string;
  readonly sequence: number;
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly clock: number;
}

function isSame(event: ModelEvent, append: ModelAppend): boolean {
  return (
    event.entity === append.entity &&
    event.kind === append.kind &&
    JSON.stringify(event.payload) === JSON.stringify(append.payload)
  );
}

function matches(event: ModelEvent, { entity, namespace, scope, kind }: ModelRegion): boolean {
  return (
    (entity === undefined || event.entity === entity) &&
    (namespace === undefined ||
      event.entity === namespace ||
      event.entity.startsWith(`${namespace}:`)) &&
    (scope === undefined || event.scope === scope) &&
    (kind === undefined || event.kind === kind)
  );
}
