/** Workload A: what every benchmark of writing does, in the library, its floor and its peers. */
export interface Workload {
  /** How many events are written. */
  readonly events: number;
  /** How many events share one sync where the measure has a cadence. */
  readonly syncEveryNEvents: number;
  /** How many events make a batch. */
  readonly batchEvents: number;
  /** How many events the life of a replayed machine has. */
  readonly replayEvents: number;
  /** How many of them XState's own step takes: 10 µs and more each. */
  readonly replayEventsShort: number;
  /** How many events are written that are each durable before the next. */
  readonly durableEvents: number;
  /** How many callers wait for their own event to be durable, all at the same time. */
  readonly durableCallers: number;
  /** How many events each of those callers writes, one after the other. */
  readonly durableEventsEach: number;
  /** How many events the large store holds. */
  readonly largeEvents: number;
  /** How many events the store holds whose views are asked: more than two pages of 65 536. */
  readonly viewEvents: number;
  /** How many events a projection is made anew from. */
  readonly rebuildEvents: number;
  /** How long pauses of the event loop are watched for, in milliseconds. */
  readonly pausesMs: number;
}

/** The payload of every event; only `i` changes. */
export interface Payload {
  readonly i: number;
  readonly name: string;
  readonly note: string;
  readonly amount: number;
  readonly ok: boolean;
}

const syncEveryNEvents = 1000;
const batchEvents = 256;
const durableCallers = 64;
const entityCount = 100;
const scopeCount = 10;

/** The kind of every event. */
export const workloadKind = 0x1001;

/** Workload A in full: 200 000 events. */
export const fullWorkload: Workload = {
  events: 200_000,
  syncEveryNEvents,
  batchEvents,
  replayEvents: 1_000_000,
  replayEventsShort: 50_000,
  durableEvents: 4000,
  durableCallers,
  durableEventsEach: 1000,
  largeEvents: 5_000_000,
  viewEvents: 240_000,
  rebuildEvents: 1_000_000,
  pausesMs: 10_000,
};

/** A fifth of it or less, for a look at the figures that takes some four minutes. */
export const quickWorkload: Workload = {
  events: 40_000,
  syncEveryNEvents,
  batchEvents,
  replayEvents: 100_000,
  replayEventsShort: 5000,
  durableEvents: 250,
  durableCallers,
  durableEventsEach: 200,
  largeEvents: 500_000,
  viewEvents: 180_000,
  rebuildEvents: 50_000,
  pausesMs: 1500,
};

// Made once, as a program that appends keeps the coordinates of what it works on.
const coordinates = Array.from({ length: entityCount }, (_, entity) => ({
  entity: `customer:${String(entity).padStart(6, '0')}`,
  scope: `shop:${entity % scopeCount}`,
}));

/** Who the event is of: 100 entities take turns, each of them in one of 10 scopes. */
export function coordinateOf(i: number): { readonly entity: string; readonly scope: string } {
  const coordinate = coordinates[i % entityCount];
  if (coordinate === undefined) throw new RangeError(`i must be an integer from 0, got ${i}`);
  return coordinate;
}

/** What the event says: 97 to 101 bytes in msgpack. A new object each time, as in a program. */
export function payloadOf(i: number): Payload {
  return {
    i,
    name: 'customer-000000000001',
    note: 'the quick brown fox jumps over the lazy dog',
    amount: 1999,
    ok: true,
  };
}

/** Whole batches that fit the workload. */
export function batchCountOf(workload: Workload): number {
  return Math.floor(workload.events / workload.batchEvents);
}
