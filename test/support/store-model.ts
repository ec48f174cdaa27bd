import type { Expectation, IndexEntry, QueryOptions, StoredEvent } from 'batpak';

/** An event as the model of a store remembers it. */
export interface ModelEvent extends ModelAppend {
  readonly clock: number;
  /** Number of the write that it came with: all events of a batch share one. */
  readonly write: number;
  /** Empty until the store has told it. */
  eventId: string;
  causationId: string | undefined;
  /** `undefined`: the event itself. */
  correlationId: string | undefined;
}

/** What is appended, before the store has given it an id. */
export interface ModelAppend {
  readonly entity: string;
  readonly lane: number;
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

/** What a whole write comes to. */
export type ModelOutcome =
  | { readonly type: 'append' | 'replay'; readonly events: readonly ModelEvent[] }
  | { readonly type: 'refuse'; readonly code: string };

/** Which events a query is about. */
export interface ModelRegion {
  readonly entity?: string;
  readonly namespace?: string;
  readonly lane?: number;
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
    const { key, expected } = append;
    const known = key === undefined ? undefined : this.events.find((event) => event.key === key);
    if (known !== undefined) {
      return isSame(known, append)
        ? { type: 'replay', event: known }
        : { type: 'refuse', code: 'BATPAK_IDEMPOTENCY_CONFLICT' };
    }
    const clock = [...this.events, ...staged].filter((event) => sharesLane(event, append)).length;
    const holds =
      expected === 'any' ||
      (expected === 'none' && clock === 0) ||
      (expected === 'exists' && clock > 0) ||
      expected === clock - 1;
    if (holds) return { type: 'append', clock };
    return { type: 'refuse', code: 'BATPAK_EXPECTATION_FAILED' };
  }

  /** What a single event comes to; its event is not in the model yet. */
  single(append: ModelAppend, cause?: ModelEvent): ModelOutcome {
    const answer = this.judge(append);
    if (answer.type === 'refuse') return answer;
    if (answer.type === 'replay') return { type: 'replay', events: [answer.event] };
    const correlationId = cause && (cause.correlationId ?? cause.eventId);
    return {
      type: 'append',
      events: [this.#eventOf(append, answer.clock, cause?.eventId, correlationId)],
    };
  }

  /** What a batch comes to; its events are not in the model yet. */
  batch(appends: readonly ModelAppend[]): ModelOutcome {
    const answers = appends.map((append, index) => this.judge(append, appends.slice(0, index)));
    const keys = appends.flatMap(({ key }) => (key === undefined ? [] : [key]));
    const replays = answers.flatMap((answer) => (answer.type === 'replay' ? [answer.event] : []));
    const refused = { type: 'refuse', code: 'BATPAK_BATCH_FAILED' } as const;
    if (new Set(keys).size < keys.length) return refused;
    if (replays.length > 0) {
      return replays.length === appends.length ? { type: 'replay', events: replays } : refused;
    }
    const events = answers.flatMap((answer, index) => {
      const append = appends[index];
      if (append === undefined || answer.type !== 'append') return [];
      return [this.#eventOf(append, answer.clock, undefined, undefined)];
    });
    return events.length === appends.length ? { type: 'append', events } : refused;
  }

  /** Takes the events of one write. */
  write(events: readonly ModelEvent[]): void {
    this.#writes += 1;
    for (const event of events) this.events.push(event);
  }

  #eventOf(
    append: ModelAppend,
    clock: number,
    causationId: string | undefined,
    correlationId: string | undefined,
  ): ModelEvent {
    return { ...append, clock, write: this.#writes, eventId: '', causationId, correlationId };
  }

  /** Forgets all but the first `count` events; whether that leaves every write whole. */
  cut(count: number): boolean {
    const whole = this.isWhole(count);
    this.events.length = count;
    return whole;
  }

  /** Whether the first `count` events are whole writes. */
  isWhole(count: number): boolean {
    const last = this.events[count - 1];
    const first = this.events[count];
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
export function entryFacts(entry: IndexEntry): EntryFacts {
  const { entity, scope, kind, clock, sequence } = entry;
  return { sequence, entity, scope, kind, clock };
}

/** What the model says an event is. */
export function eventFacts(event: StoredEvent): Record<string, unknown> {
  const { eventId, lane, payload, flags, causationId, correlationId } = event;
  return { ...entryFacts(event), eventId, lane, payload, flags, causationId, correlationId };
}

/** The same of an event of the model. */
export function modelFacts(event: ModelEvent, sequence: number): Record<string, unknown> {
  const { eventId, entity, lane, scope, kind, clock, payload, flags, causationId } = event;
  const correlationId = event.correlationId ?? eventId;
  return {
    ...{ sequence, entity, scope, kind, clock },
    ...{ eventId, lane, payload, flags, causationId, correlationId },
  };
}

/** Whether two events are of one chain. */
export function sharesLane(one: ModelLane, other: ModelLane): boolean {
  return one.entity === other.entity && one.lane === other.lane;
}

interface ModelLane {
  readonly entity: string;
  readonly lane: number;
}

interface EntryFacts {
  readonly sequence: number;
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly clock: number;
}

function isSame(event: ModelEvent, append: ModelAppend): boolean {
  return (
    sharesLane(event, append) &&
    event.kind === append.kind &&
    JSON.stringify(event.payload) === JSON.stringify(append.payload)
  );
}

function matches(
  event: ModelEvent,
  { entity, namespace, lane, scope, kind }: ModelRegion,
): boolean {
  return (
    (entity === undefined || event.entity === entity) &&
    (lane === undefined || event.lane === lane) &&
    (namespace === undefined ||
      event.entity === namespace ||
      event.entity.startsWith(`${namespace}:`)) &&
    (scope === undefined || event.scope === scope) &&
    (kind === undefined || event.kind === kind)
  );
}
