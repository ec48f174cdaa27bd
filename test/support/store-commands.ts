import { type QueryOptions, Region, type Store } from 'batpak';
import type fc from 'fast-check';
import { expect } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { SeededRandom } from '../../src/platform/random.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import type { ReadOnlyStore } from '../../src/store/read/read-only-store.ts';
import type { HostOptions, StoreHost } from './store-host.ts';
import {
  entryFacts,
  eventFacts,
  type ModelRegion,
  modelFacts,
  type StoreModel,
  sharesLane,
} from './store-model.ts';

/** A store on its host, as commands find and leave it. */
export interface StoreUnderTest {
  host: StoreHost;
  store: Store;
  /** One that follows the store. */
  reader: ReadOnlyStore | undefined;
  readonly options: HostOptions;
}

/** Something to do with a store and with its model. */
export type StoreCommand = fc.AsyncCommand<StoreModel, StoreUnderTest>;

/** A command from its text and what it does. */
export function command(
  text: string,
  run: (model: StoreModel, tested: StoreUnderTest) => void | Promise<void>,
): StoreCommand {
  return {
    check: () => true,
    run: async (model, tested) => {
      await run(model, tested);
      noteDurable(model, tested.store);
    },
    toString: () => text,
  };
}

/** Compares the answer to a query, as entries and as events. */
export function queryCommand(region: ModelRegion, options: QueryOptions): StoreCommand {
  return command(`query ${JSON.stringify({ region, options })}`, (model, { store }) => {
    const sequences = model.query(region, options);
    const asked = regionOf(region);
    expect([...store.query(asked, options)].map(entryFacts)).toMatchObject(
      sequences.map((sequence) => ({ sequence })),
    );
    expect([...store.events(asked, options)].map(eventFacts)).toEqual(
      sequences.map((sequence) => factsAt(model, sequence)),
    );
  });
}

/** Compares single reads of one event, or of one that is not there. */
export function getCommand(place: number): StoreCommand {
  return command(`get ${place}`, (model, { store }) => {
    const sequence = Math.floor(place * (model.events.length + 1));
    const event = model.events[sequence];
    if (event === undefined) {
      expect(store.at(sequence)).toBeUndefined();
      expect(store.get('00000000-0000-7000-8000-000000000000')).toBeUndefined();
      return;
    }
    const expected = factsAt(model, sequence);
    for (const read of [store.at(sequence), store.get(event.eventId)]) {
      expect(read && eventFacts(read)).toEqual(expected);
    }
    const last = model.events.findLastIndex((other) => sharesLane(other, event));
    expect(store.head(event.entity, event.lane)).toEqual({
      clock: model.events[last]?.clock,
      sequence: last,
    });
  });
}

/** Makes everything durable. */
export function syncCommand(): StoreCommand {
  return command('sync', (model, { store }) => {
    store.sync();
    const last = model.events.length - 1;
    expect(store.durableThrough()).toBe(last < 0 ? undefined : last);
  });
}

/** Lets time pass, or sets the clock to another time of the same day. */
export function timeCommand(milliseconds: number, backwards: boolean): StoreCommand {
  const text = `${backwards ? 'clock back' : 'time'} ${milliseconds} ms`;
  return command(text, (_, { host }) => {
    if (backwards) host.clock.set(host.clock.nowUs() - milliseconds * 1000);
    else host.timers.advance(milliseconds);
  });
}

/** Closes the store and opens it again. */
export function reopenCommand(): StoreCommand {
  return command('reopen', (model, tested) => {
    const closed = tested.store.close();
    expect(closed.events).toBe(model.events.length);
    tested.store = tested.host.open(tested.options);
    const unclean = tested.store.recovery.ending === 'unclean';
    // A store that has nothing in it is new, however it ended.
    if (closed.clean || closed.events > 0) expect(unclean).toBe(!closed.clean);
    expectEverything(model, tested.store);
  });
}

/** Looks at the store from beside, by a follower that lives on from one look to the next. */
export function followCommand(): StoreCommand {
  return command('follow', (model, tested) => {
    if (tested.reader === undefined) {
      const platform = memoryPlatform({ files: tested.host.files });
      tested.reader = openReadOnly({ dataDir: tested.host.directory, platform });
    } else tested.reader.refresh();
    const { reader } = tested;
    expect([...reader.events(Region.all())].map(eventFacts)).toEqual(model.events.map(modelFacts));
    // What the log itself shows may lag behind what its writer knows.
    expect(reader.durableThrough() ?? -1).toBeLessThan(model.events.length);
    expect(reader.verify().errors).toEqual([]);
  });
}

/** Kills the process and opens the store in a new one. */
export function crashCommand(): StoreCommand {
  return command('crash', (model, tested) => {
    tested.host = tested.host.killed();
    tested.reader = undefined;
    tested.store = tested.host.open(tested.options);
    expectEverything(model, tested.store);
  });
}

/** Lets the power fail and opens the store from what the disk kept. */
export function powerLossCommand(seed: number): StoreCommand {
  return command(`power loss with seed ${seed}`, (model, tested) => {
    tested.host = tested.host.afterPowerLoss(new SeededRandom(seed));
    tested.reader = undefined;
    tested.store = tested.host.open(tested.options);
    const left = tested.store.eventCount;
    expect(left).toBeGreaterThanOrEqual(model.durable);
    expect(left).toBeLessThanOrEqual(model.events.length);
    expect(model.cut(left), 'every write is there whole or not at all').toBe(true);
    expectEverything(model, tested.store);
  });
}

/** Checks all that the store holds against the model, and that it finds itself sound. */
export function expectEverything(model: StoreModel, store: Store): void {
  const events = [...store.events(Region.all())];
  expect(events.map(eventFacts)).toEqual(model.events.map(modelFacts));
  const ids = events.map(({ eventId }) => eventId);
  expect(ids).toEqual([...ids].sort());
  const times = events.map(({ timestampUs }) => timestampUs);
  expect(times).toEqual([...times].sort((left, right) => left - right));
  const ends = new Map<string, Uint8Array | undefined>();
  for (const { entity, lane, hash, prevHash } of events) {
    const chain = `${lane} ${entity}`;
    if (hash !== undefined) expect(prevHash).toEqual(ends.get(chain) ?? new Uint8Array(32));
    ends.set(chain, hash);
  }
  for (const [sequence, { key }] of model.events.entries()) {
    if (key !== undefined) expect(store.findByKey(key)?.sequence).toBe(sequence);
  }
  const entities = new Set(model.events.map(({ entity }) => entity)).size;
  const count = events.length;
  const sound = { ok: true, events: count, entities, redacted: 0, gaps: [], errors: [] };
  expect(store.verify()).toEqual(sound);
}

/** Holds what the store calls durable against the model. */
export function noteDurable(model: StoreModel, store: Store): void {
  const claimed = (store.durableThrough() ?? -1) + 1;
  expect(claimed).toBeLessThanOrEqual(model.events.length);
  model.durable = Math.max(model.durable, claimed);
}

function factsAt(model: StoreModel, sequence: number): unknown {
  const event = model.events[sequence];
  return event && modelFacts(event, sequence);
}

function regionOf({ entity, namespace, lane, scope, kind }: ModelRegion): Region {
  let region = Region.all();
  if (entity !== undefined) region = Region.entity(entity);
  else if (namespace !== undefined) region = Region.namespace(namespace);
  if (lane !== undefined) region = region.withLane(lane);
  if (scope !== undefined) region = region.withScope(scope);
  return kind === undefined ? region : region.withKind(kind);
}
