import {
  BatchFailedError,
  type BatchItem,
  isBatpakError,
  type QueryOptions,
  Region,
  type Store,
} from 'batpak';
import type fc from 'fast-check';
import { expect } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import type { HostOptions, StoreHost } from './store-host.ts';
import {
  entryFacts,
  eventFacts,
  type ModelAppend,
  type ModelRegion,
  modelFacts,
  type StoreModel,
} from './store-model.ts';

/** A store on its host, as commands find and leave it. */
export interface StoreUnderTest {
  host: StoreHost;
  store: Store;
  readonly options: HostOptions;
}

type StoreCommand = fc.Command<StoreModel, StoreUnderTest>;

/** A command from its text and what it does. */
function command(
  text: string,
  run: (model: StoreModel, tested: StoreUnderTest) => void,
): StoreCommand {
  return {
    check: () => true,
    run: (model, tested) => {
      run(model, tested);
      noteDurable(model, tested.store);
    },
    toString: () => text,
  };
}

/** Appends one event. */
export function appendCommand(append: ModelAppend, durable: boolean): StoreCommand {
  return command(`append ${JSON.stringify({ ...append, durable })}`, (model, { store }) => {
    const answer = model.judge(append);
    const { entity, scope, kind, payload } = append;
    const call = () =>
      store.append({ entity, scope }, kind, payload, { ...optionsOf(append), durable });
    if (answer.type === 'refuse') {
      expect(codeOf(call)).toBe(answer.code);
      return;
    }
    const receipt = call();
    if (durable) expect(receipt.durability).toBe('durable');
    if (answer.type === 'replay') {
      expect(receipt).toMatchObject({ replayed: true, eventId: answer.event.eventId });
      return;
    }
    const { eventId, sequence, clock } = receipt;
    expect({ sequence, clock, replayed: receipt.replayed }).toEqual({
      sequence: model.events.length,
      clock: answer.clock,
      replayed: false,
    });
    model.write([{ ...append, eventId, clock, causationId: undefined }]);
  });
}

/** Appends a batch; each item but the first may be caused by the one before it. */
export function batchCommand(
  appends: readonly ModelAppend[],
  caused: boolean,
  durable: boolean,
): StoreCommand {
  const text = `batch ${JSON.stringify({ appends, caused, durable })}`;
  return command(text, (model, { store }) => {
    const items: BatchItem[] = appends.map((append, index) => ({
      at: { entity: append.entity, scope: append.scope },
      kind: append.kind,
      payload: append.payload,
      options: optionsOf(append),
      ...(caused && index > 0 ? { causation: { item: index - 1 } } : {}),
    }));
    const call = () => store.appendBatch(items, { durable });
    const answers = appends.map((append, index) => model.judge(append, appends.slice(0, index)));
    const keys = appends.flatMap(({ key }) => (key === undefined ? [] : [key]));
    const replays = answers.filter(({ type }) => type === 'replay').length;
    if (appends.length > 0 && replays === appends.length && new Set(keys).size === keys.length) {
      expect(call().map(({ eventId, replayed }) => [eventId, replayed])).toEqual(
        answers.map((answer) => [answer.type === 'replay' && answer.event.eventId, true]),
      );
      return;
    }
    const refused = answers.some(({ type }) => type !== 'append');
    if (refused || new Set(keys).size < keys.length) {
      expect(call).toThrow(BatchFailedError);
      return;
    }
    const receipts = call();
    const ids = receipts.map(({ eventId }) => eventId);
    expect(receipts.map(({ sequence }) => sequence)).toEqual(
      appends.map((_, index) => model.events.length + index),
    );
    model.write(
      appends.map((append, index) => ({
        ...append,
        eventId: ids[index] ?? '',
        clock: receipts[index]?.clock ?? -1,
        causationId: caused && index > 0 ? ids[index - 1] : undefined,
      })),
    );
  });
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
    if (event.key !== undefined) expect(store.findByKey(event.key)?.sequence).toBe(sequence);
    const last = model.events.findLastIndex(({ entity }) => entity === event.entity);
    expect(store.head(event.entity)).toEqual({ clock: model.events[last]?.clock, sequence: last });
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
    expect(tested.store.recovery.ending === 'unclean').toBe(!closed.clean);
    expectEverything(model, tested.store);
  });
}

/** Kills the process and opens the store in a new one. */
export function crashCommand(): StoreCommand {
  return command('crash', (model, tested) => {
    tested.host = tested.host.killed();
    tested.store = tested.host.open(tested.options);
    expectEverything(model, tested.store);
  });
}

/** Lets the power fail and opens the store from what the disk kept. */
export function powerLossCommand(seed: number): StoreCommand {
  return command(`power loss with seed ${seed}`, (model, tested) => {
    tested.host = tested.host.afterPowerLoss(new SeededRandom(seed));
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
  const entities = new Set(model.events.map(({ entity }) => entity)).size;
  expect(store.verify()).toEqual({ ok: true, events: events.length, entities, errors: [] });
}

function noteDurable(model: StoreModel, store: Store): void {
  const claimed = (store.durableThrough() ?? -1) + 1;
  expect(claimed).toBeLessThanOrEqual(model.events.length);
  model.durable = Math.max(model.durable, claimed);
}

function factsAt(model: StoreModel, sequence: number): unknown {
  const event = model.events[sequence];
  return event && modelFacts(event, sequence);
}

function optionsOf({ expected, key, flags }: ModelAppend): NonNullable<BatchItem['options']> {
  return { expected, flags, ...(key === undefined ? {} : { idempotencyKey: key }) };
}

function regionOf({ entity, namespace, scope, kind }: ModelRegion): Region {
  let region = Region.all();
  if (entity !== undefined) region = Region.entity(entity);
  else if (namespace !== undefined) region = Region.namespace(namespace);
  if (scope !== undefined) region = region.withScope(scope);
  return kind === undefined ? region : region.withKind(kind);
}

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (thrown) {
    if (isBatpakError(thrown)) return thrown.code;
    throw thrown;
  }
  return undefined;
}
