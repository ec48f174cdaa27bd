import {
  type AppendOptions,
  type At,
  type BatchItem,
  defineEvent,
  defineProjection,
  defineReadModel,
  type Freshness,
  type Projection,
  type QueryOptions,
  type ReadModelDefinition,
  Region,
  type Store,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

// What a caller without a compiler may pass.
const wrong = <Type>(value: unknown): Type => value as Type;

const type = 'BATPAK_ARGUMENT_TYPE';
const range = 'BATPAK_ARGUMENT_RANGE';
const coordinate = 'BATPAK_INVALID_COORDINATE';
const payload = 'BATPAK_INVALID_PAYLOAD';

type Row = readonly [what: string, code: string, call: (store: Store) => unknown];

const at = (value: unknown) => (store: Store) => store.append(wrong<At>(value), someKind, 1);
const kind = (value: unknown) => (store: Store) => store.append('a', wrong<number>(value), 1);
const content = (value: unknown) => (store: Store) => store.append('a', someKind, value);
const options = (value: unknown) => (store: Store) =>
  store.append('a', someKind, 1, wrong<AppendOptions>(value));
const items = (value: unknown) => (store: Store) =>
  store.appendBatch(wrong<readonly BatchItem[]>(value));

const circular: Record<string, unknown> = {};
circular['self'] = circular;
let deep: unknown = 1;
for (let level = 0; level < 200; level += 1) deep = [deep];

const appendRows: readonly Row[] = [
  ['no entity', type, at(undefined)],
  ['a number for an entity', type, at(5)],
  ['null for an entity', type, at(null)],
  ['an object without an entity', type, at({ scope: 'x' })],
  ['a scope of the wrong type', type, at({ entity: 'a', scope: 5 })],
  ['a null scope', type, at({ entity: 'a', scope: null })],
  ['an empty entity', coordinate, at('')],
  ['an empty scope', coordinate, at({ entity: 'a', scope: '' })],
  ['an entity of 1025 bytes', coordinate, at('x'.repeat(1025))],
  ['an entity of 1026 bytes in 513 characters', coordinate, at('ü'.repeat(513))],
  ['a scope of 1025 bytes', coordinate, at({ entity: 'a', scope: 'x'.repeat(1025) })],
  ['an entity with a control character', coordinate, at('a\nb')],
  ['an entity with half of a surrogate pair', coordinate, at('a\ud800')],
  ['no kind', type, kind(undefined)],
  ['a name for a kind', type, kind('moved')],
  ['something like a definition', type, kind({ name: 'moved', kind: 0x1000, version: 1 })],
  ['a kind that is no integer', range, kind(1.5)],
  ['a kind that is no number', range, kind(Number.NaN)],
  ['a kind of more than 16 bits', range, kind(0x10000)],
  ['a negative kind', range, kind(-1)],
  ['the kind of BEGIN', 'BATPAK_RESERVED_KIND', kind(0x0006)],
  ['a kind of category 0', 'BATPAK_RESERVED_KIND', kind(0x0fff)],
  ['a kind of category D', 'BATPAK_RESERVED_KIND', kind(0xd000)],
  ['no payload', payload, content(undefined)],
  ['a function', payload, content(() => 1)],
  ['a symbol', payload, content(Symbol('x'))],
  ['a Map', payload, content(new Map())],
  ['a Set inside', payload, content({ set: new Set() })],
  ['a class instance', payload, content(new (class Point {})())],
  ['a boxed string', payload, content(Object('x'))],
  ['a regular expression', payload, content(/x/)],
  ['an error', payload, content(new Error('x'))],
  ['a promise', payload, content(Promise.resolve())],
  ['another typed array', payload, content(new Float64Array(1))],
  ['an ArrayBuffer', payload, content(new ArrayBuffer(1))],
  ['a bigint of more than 64 bits', payload, content(2n ** 64n)],
  ['an invalid date', payload, content(new Date(Number.NaN))],
  ['half of a surrogate pair', payload, content(['\udc00'])],
  ['a property named __proto__', payload, content(JSON.parse('{"__proto__":1}'))],
  ['a property with half of a surrogate pair', payload, content({ '\ud800': 1 })],
  ['what holds itself', payload, content(circular)],
  ['what is nested 200 deep', payload, content(deep)],
  ['an array with holes', payload, content(new Array(2))],
  ['options that are no object', type, options(5)],
  ['null for options', type, options(null)],
  ['an unknown option', type, options({ expect: 'none' })],
  ['an unknown expectation', type, options({ expected: 'some' })],
  ['null for an expectation', type, options({ expected: null })],
  ['a negative clock', range, options({ expected: -1 })],
  ['a clock that is no integer', range, options({ expected: 0.5 })],
  ['a key of the wrong type', type, options({ idempotencyKey: 5 })],
  ['an empty key', range, options({ idempotencyKey: '' })],
  ['a key of 1025 characters', range, options({ idempotencyKey: 'x'.repeat(1025) })],
  ['a key with half of a surrogate pair', range, options({ idempotencyKey: '\ud800' })],
  ['a correlation id that is none', type, options({ correlationId: 'x' })],
  ['a causation id of the wrong type', type, options({ causationId: 5 })],
  ['flags of more than 8 bits', range, options({ flags: 256 })],
  ['flags of the wrong type', range, options({ flags: '1' })],
  ['durable of the wrong type', type, options({ durable: 1 })],
  ['extensions of the wrong type', type, options({ extensions: 'x' })],
  ['an extension that is no bytes', type, options({ extensions: { x: [1] } })],
  ['the extension of aggregates', range, options({ extensions: { m: new Uint8Array(1) } })],
  ['the extension of gates', range, options({ extensions: { g: new Uint8Array(1) } })],
  [
    'an extension whose name is not well-formed',
    range,
    options({ extensions: { '\ud800': new Uint8Array(1) } }),
  ],
];

const one: BatchItem = { at: 'a', kind: someKind, payload: 1 };
const failed = 'BATPAK_BATCH_FAILED';
const batchRows: readonly Row[] = [
  ['no items', type, items(undefined)],
  ['an object for items', type, items({ 0: one, length: 1 })],
  ['an iterator for items', type, items(new Set([one]))],
  ['a hole in the items', failed, items(new Array(2))],
  ['an item that is none', failed, items([one, 5])],
  ['null for an item', failed, items([null])],
  ['an item with an unknown field', failed, items([{ ...one, option: {} }])],
  ['an item without a payload', failed, items([{ at: 'a', kind: someKind }])],
  ['an item of a reserved kind', failed, items([one, { ...one, kind: 0x0006 }])],
  ['an item caused by itself', failed, items([{ ...one, causation: { item: 0 } }])],
  ['an item caused by a later one', failed, items([{ ...one, causation: { item: 1 } }, one])],
  ['an item caused by no integer', failed, items([one, { ...one, causation: { item: 0.5 } }])],
  ['an item caused by no id', failed, items([one, { ...one, causation: 'x' }])],
  ['an item caused by null', failed, items([one, { ...one, causation: null }])],
  ['an item whose options say durable', failed, items([{ ...one, options: { durable: true } }])],
  [
    'a key used twice',
    failed,
    items([1, 2].map(() => ({ ...one, options: { idempotencyKey: 'k' } }))),
  ],
  [
    'an expectation that does not hold',
    failed,
    items([one, { ...one, options: { expected: 'none' } }]),
  ],
  ['more items than batch.maxSize', 'BATPAK_LIMIT_EXCEEDED', items(new Array(257).fill(one))],
  [
    'more bytes than batch.maxBytes',
    failed,
    items([1, 2].map(() => ({ ...one, payload: 'x'.repeat(600_000) }))),
  ],
  ['null for options', type, (store) => store.appendBatch([one], wrong(null))],
  ['a number for options', type, (store) => store.appendBatch([one], wrong(5))],
  ['an unknown option', type, (store) => store.appendBatch([one], wrong({ durble: false }))],
  ['durable of the wrong type', type, (store) => store.appendBatch([one], wrong({ durable: 1 }))],
];

const query = (region: unknown, given?: unknown) => (store: Store) =>
  store.query(wrong<Region>(region), wrong<QueryOptions>(given));
const all = Region.all();
const fold = { name: 'n', version: 1, initial: () => 0, apply: () => 1 };
const projection = defineProjection(fold);
const model = defineReadModel({ ...fold, region: Region.all() });
const list = (value: unknown): readonly Projection<number>[] => wrong(value);
const noModel = (value: unknown): ReadModelDefinition<number> => wrong(value);
const noProjection = (value: unknown): Projection<number> => wrong(value);
const aged = (maxStaleMs: unknown): Freshness => wrong({ maxStaleMs });
const readRows: readonly Row[] = [
  ['get: no id', type, (store) => store.get(wrong(undefined))],
  ['get: a text that is no id', type, (store) => store.get('x')],
  ['at: a text', type, (store) => store.at(wrong('1'))],
  ['at: a negative sequence', range, (store) => store.at(-1)],
  ['at: no integer', range, (store) => store.at(0.5)],
  ['findByKey: a number', type, (store) => store.findByKey(wrong(5))],
  ['findByKey: an empty key', range, (store) => store.findByKey('')],
  ['findByKey: a key that is not well-formed', range, (store) => store.findByKey('\ud800')],
  ['query: no region', type, query(undefined)],
  ['query: something like a region', type, query({ entityMatch: { mode: 'any' } })],
  ['query: null for options', type, query(all, null)],
  ['query: an unknown option', type, query(all, { limt: 1 })],
  ['query: a negative limit', range, query(all, { limit: -1 })],
  ['query: a limit of the wrong type', type, query(all, { limit: '1' })],
  ['query: after that is no integer', range, query(all, { after: 0.5 })],
  ['query: before of the wrong type', type, query(all, { before: '9' })],
  ['query: before that is negative', range, query(all, { before: -1 })],
  ['query: reverse of the wrong type', type, query(all, { reverse: 1 })],
  ['events: no region', type, (store) => store.events(wrong('a'))],
  ['stream: a number', type, (store) => store.stream(wrong(5))],
  ['stream: an empty entity', coordinate, (store) => store.stream('')],
  ['byScope: a number', type, (store) => store.byScope(wrong(5))],
  ['byScope: an empty scope', coordinate, (store) => store.byScope('')],
  ['byKind: null', type, (store) => store.byKind(wrong(null))],
  ['byKind: a name', type, (store) => store.byKind(wrong('moved'))],
  ['byKind: more than 16 bits', range, (store) => store.byKind(0x10000)],
  [
    'byKind: wrong options for a definition that is not used',
    type,
    (store) => store.byKind(defineEvent({ name: 'unused' }), wrong(5)),
  ],
  ['head: a number', type, (store) => store.head(wrong(5))],
  ['nameOf: a text', type, (store) => store.nameOf(wrong('x'))],
  ['project: no projection', type, (store) => store.project(noProjection(null), 'a')],
  [
    'project: something like one',
    type,
    (store) => store.project(noProjection({ ...projection }), 'a'),
  ],
  ['project: a number for an entity', type, (store) => store.project(projection, wrong(5))],
  ['project: another freshness', type, (store) => store.project(projection, 'a', wrong('old'))],
  ['project: a negative age', range, (store) => store.project(projection, 'a', aged(-1))],
  ['project: no age', range, (store) => store.project(projection, 'a', aged(Number.NaN))],
  ['project: a text for an age', type, (store) => store.project(projection, 'a', aged('1'))],
  [
    'project: another key of the freshness',
    type,
    (store) => store.project(projection, 'a', wrong({ maxStaleMs: 1, stale: 1 })),
  ],
  [
    'projectIfChanged: a text for since',
    type,
    (store) => store.projectIfChanged(projection, 'a', wrong('1')),
  ],
  [
    'watchProjection: a number for an entity',
    type,
    (store) => store.watchProjection(projection, wrong(5)),
  ],
  [
    'watchProjection: something like a signal',
    type,
    (store) => store.watchProjection(projection, 'a', { signal: wrong({}) }),
  ],
  [
    'watchProjection: another option',
    type,
    (store) => store.watchProjection(projection, 'a', wrong({ freshness: 1 })),
  ],
  ['projectAll: no list', type, (store) => store.projectAll(list(projection), Region.all())],
  ['projectAll: no region', type, (store) => store.projectAll([projection], wrong({}))],
  [
    'projectAll: something like a projection',
    type,
    (store) => store.projectAll([{ ...projection }], Region.all()),
  ],
  ['readModel: a projection', type, (store) => store.readModel(noModel(projection))],
  ['readModel: itself before', range, (store) => store.readModel(model, { previous: model })],
  ['readModel: another option', type, (store) => store.readModel(model, wrong({ before: 1 }))],
  ['readModel: another before', type, (store) => store.readModel(model, wrong({ previous: 1 }))],
  [
    'build: something like a signal',
    type,
    (store) => store.readModel(model).build(wrong({ signal: 1 })),
  ],
  ['build: no function', type, (store) => store.readModel(model).build(wrong({ onProgress: 1 }))],
  ['build: another option', type, (store) => store.readModel(model).build(wrong({ slice: 1 }))],
  ['state: another freshness', type, (store) => store.readModel(model).state(wrong('old'))],
  ['verify: something like a region', type, (store) => store.verify(wrong({}))],
  ['verify: null', type, (store) => store.verify(wrong(null))],
];

describe.each([
  ['append', appendRows],
  ['appendBatch', batchRows],
  ['reading', readRows],
])('%s refuses', (_, rows) => {
  it.each(rows)('%s with %s, writes nothing, and goes on', (_what, code, call) => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 'before');
    const before = host.content();
    expect(thrownBy(() => call(store))).toMatchObject({ code });
    expect(host.content()).toEqual(before);
    expect(store.append('a', someKind, 'after')).toMatchObject({ sequence: 1, clock: 1 });
    expect(store.verify()).toMatchObject({ ok: true, events: 2, entities: 1 });
    store.close();
    expect(host.open().recovery).toMatchObject({ ending: 'clean', events: 2 });
  });
});

describe('tryAppend', () => {
  it('answers a failed expectation and throws everything else', () => {
    const store = new StoreHost().open();
    expect(store.tryAppend('a', someKind, 1, { expected: 'exists' })).toMatchObject({
      type: 'err',
      error: { code: 'BATPAK_EXPECTATION_FAILED', entity: 'a', actual: undefined },
    });
    expect(thrownBy(() => store.tryAppend('', someKind, 1))).toMatchObject({ code: coordinate });
    expect(thrownBy(() => store.tryAppend('a', someKind, undefined))).toMatchObject({
      code: payload,
    });
  });
});

describe('a payload', () => {
  it('larger than singleAppendMaxBytes is refused with both sizes', () => {
    const host = new StoreHost();
    const store = host.open({ singleAppendMaxBytes: 100 });
    const before = host.content();
    expect(thrownBy(() => store.append('a', someKind, 'x'.repeat(99)))).toMatchObject({
      code: 'BATPAK_LIMIT_EXCEEDED',
      limit: 'singleAppendMaxBytes',
      max: 100,
      actual: 101,
    });
    expect(host.content()).toEqual(before);
    store.append('a', someKind, 'x'.repeat(98));
  });

  it('from JSON text is stored or refused with a code, whatever its properties are called', () => {
    const store = new StoreHost().open();
    for (const text of ['{"constructor":1,"toJSON":1}', '{"hasOwnProperty":1,"toString":2}']) {
      const value: unknown = JSON.parse(text);
      const { eventId } = store.append('a', someKind, value);
      expect(store.get(eventId)?.payload).toEqual(value);
    }
  });

  it('without a prototype is stored or refused with a code too', () => {
    const store = new StoreHost().open();
    const value: unknown = Object.assign(Object.create(null), { toJSON: 5 });
    const { eventId } = store.append('a', someKind, value);
    expect(store.get(eventId)?.payload).toEqual({ toJSON: 5 });
  });

  it('of more than 65 535 properties is stored or refused with a code', () => {
    const store = new StoreHost().open();
    const names = Array.from({ length: 70_000 }, (_, index) => `k${index}`);
    const value = Object.fromEntries(names.map((name) => [name, 1]));
    const { eventId } = store.append('a', someKind, value);
    expect(Object.keys(store.get(eventId)?.payload ?? {})).toHaveLength(70_000);
  });

  it('whose getter throws lets the exception out and writes nothing', () => {
    const host = new StoreHost();
    const store = host.open();
    const value = {
      get amount(): number {
        throw new Error('the getter broke');
      },
    };
    expect(() => store.append('a', someKind, value)).toThrow('the getter broke');
    expect(store.append('a', someKind, 1).sequence).toBe(0);
  });
});

describe('a closed store', () => {
  it.each<readonly [string, (store: Store, eventId: string) => unknown]>([
    ['append', (store) => store.append('a', someKind, 1)],
    ['append', (store) => store.tryAppend('a', someKind, 1)],
    ['appendBatch', (store) => store.appendBatch([one])],
    ['appendBatch', (store) => store.appendBatch([])],
    ['get', (store, eventId) => store.get(eventId)],
    ['at', (store) => store.at(0)],
    ['findByKey', (store) => store.findByKey('k')],
    ['query', (store) => store.query(all)],
    ['events', (store) => store.events(all)],
    ['query', (store) => store.stream('a')],
    ['query', (store) => store.byScope('default')],
    ['byKind', (store) => store.byKind(someKind)],
    ['head', (store) => store.head('a')],
    ['project', (store) => store.project(projection, 'a')],
    ['verify', (store) => store.verify()],
    ['sync', (store) => store.sync()],
  ])('refuses %s and writes nothing', (operation, call) => {
    const host = new StoreHost();
    const store = host.open();
    const { eventId } = store.append('a', someKind, 1);
    store.close();
    const before = host.content();
    expect(thrownBy(() => call(store, eventId))).toMatchObject({
      code: 'BATPAK_STORE_CLOSED',
      operation,
    });
    expect(host.content()).toEqual(before);
  });

  it('still tells what needs no disk, and closes again without a word', () => {
    const store = new StoreHost().open();
    store.append('a', defineEvent<number>({ name: 'counted' }), 1);
    const closed = store.close();
    expect(store.close()).toBe(closed);
    expect(store.eventCount).toBe(1);
    expect(store.nameOf(0x1000)).toBe('counted');
    expect(store.durableThrough()).toBe(0);
    expect(store.recovery.ending).toBe('new');
  });
});
