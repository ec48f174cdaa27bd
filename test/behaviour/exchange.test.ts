import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import {
  type CloudEvent,
  cloudSourceOf,
  defineEvent,
  exportCloudEventLines,
  exportCloudEvents,
  importCloudEventStream,
  importCloudEvents,
  originOf,
  Region,
  type Store,
  toReadableStream,
} from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import type { StoreReads } from '../../src/store/store-reads.ts';
import { anyPayload, anyText } from '../support/any-payload.ts';
import { FollowerHost } from '../support/follower-host.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { appendSome, type HostOptions, StoreHost, someKind } from '../support/store-host.ts';

/** Lines that files in the world hold: importing them must go on to work. */
const goldenPath = fileURLToPath(new URL('../fixtures/exchange/events.ndjson', import.meta.url));

const Placed = defineEvent<{ total: number }>({ name: 'order.placed', version: 3 });
const Reserved = defineEvent<{ count: number }>({ name: 'stock.reserved', kind: 0x2007 });

/** A store of another host, which has an id of its own. */
const otherStore = (options?: HostOptions): Store =>
  new StoreHost(new MemoryFiles(), 10).open(options);

const linesOf = (store: StoreReads): string[] => [...exportCloudEventLines(store, Region.all())];

/** All that an import keeps; ids as the sequences of the events that they name. */
function keptBy(store: StoreReads): unknown[] {
  const sequenceOf = (id: string | undefined): unknown =>
    id === undefined ? undefined : (store.get(id)?.sequence ?? id);
  return [...store.events(Region.all())].map((event) => ({
    entity: event.entity,
    scope: event.scope,
    lane: event.lane,
    clock: event.clock,
    name: event.name,
    kind: event.name === undefined ? event.kind : undefined,
    payload: event.payload,
    payloadVersion: event.payloadVersion,
    flags: event.flags,
    correlation: sequenceOf(event.correlationId),
    causation: sequenceOf(event.causationId),
    extensions: [...event.extensions].filter(([name]) => name !== 'batpak.origin'),
  }));
}

const payloadsOf = (store: StoreReads): unknown[] =>
  [...store.events(Region.all())].map(({ payload }) => payload);

describe('an export', () => {
  it('is one line of JSON an event, with its hashes and all it is tied to', () => {
    const store = new StoreHost().open();
    const placed = store.append('order:1', Placed, { total: 7 }, { flags: 3 });
    store.appendReaction({ entity: 'stock:7', scope: 'north' }, Reserved, { count: 1 }, placed);
    store.append('order:1', someKind, 12n, { lane: 2, extensions: { trace: Uint8Array.of(1) } });
    expect(linesOf(store).join('')).toBe(readFileSync(goldenPath, 'utf8'));
  });

  it('is the same of a follower', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    expect(linesOf(new FollowerHost(host).open())).toEqual(linesOf(store));
  });

  it('takes the events of a region, from a place on, and names another source', () => {
    const store = new StoreHost().open();
    appendSome(store, 4, 'a');
    appendSome(store, 4, 'b');
    const region = Region.entity('b');
    const options = { source: '/shop', after: 4, limit: 2 };
    const found = [...exportCloudEvents(store, region, options)];
    expect(found.map(({ source, sequence }) => [source, Number(sequence)])).toEqual([
      ['/shop', 5],
      ['/shop', 6],
    ]);
  });

  it('keeps payloads that are JSON as JSON, and the others as msgpack', () => {
    const store = new StoreHost().open();
    const json = { text: 'é', list: [1, -1.5, null, true, {}], 7: 'seven' };
    store.append('a', someKind, json);
    for (const other of [1n, new Date(0), Uint8Array.of(1), Number.NaN, { a: undefined }]) {
      store.append('a', someKind, { other });
    }
    const [first, ...others] = [...exportCloudEvents(store, Region.all())];
    expect(first).toMatchObject({ datacontenttype: 'application/json', data: json });
    for (const event of others) {
      expect(event.datacontenttype).toBe('application/msgpack');
      expect(event).not.toHaveProperty('data');
    }
  });
});

describe('an import', () => {
  it('reads the lines that were exported once', () => {
    const to = otherStore();
    const lines = readFileSync(goldenPath, 'utf8').trimEnd().split('\n');
    expect(importCloudEvents(to, lines, { checkChains: true }).imported).toBe(3);
    expect(to.at(2)).toMatchObject({ entity: 'order:1', lane: 2, kind: someKind, payload: 12n });
    expect(to.at(2)?.extensions.get('trace')).toEqual(Uint8Array.of(1));
  });

  it('gives back what was exported, whatever it was', () => {
    const anyEntity = anyText.filter((text) => text !== '' && !/\p{Cc}/u.test(text));
    const anyEvent = fc.record({
      entity: fc.oneof(anyEntity, fc.constantFrom('a', 'b', 'a@b', '"', 'é:😀')),
      scope: fc.oneof(anyEntity, fc.constant('default')),
      definition: fc.constantFrom(Placed, Reserved, someKind, 0x3001),
      payload: anyPayload,
      flags: fc.nat({ max: 255 }),
      lane: fc.constantFrom(0, 0, 1, 0xffff_ffff),
      extensions: fc.dictionary(fc.constantFrom('x', '7', 'é'), fc.uint8Array({ maxLength: 20 })),
      cause: fc.nat({ max: 12 }),
      ownCorrelation: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        (events, batchEvents) => {
          const from = new StoreHost().open();
          for (const { entity, scope, definition, payload, cause, ...rest } of events) {
            const { flags, lane, extensions, ownCorrelation } = rest;
            const before = from.at(Math.max(from.nextSequence - 1 - cause, 0));
            const ties =
              cause > 8 || before === undefined
                ? {}
                : ownCorrelation
                  ? { causationId: before.eventId }
                  : { causationId: before.eventId, correlationId: before.correlationId };
            const options = { flags, lane, extensions, ...ties };
            from.append({ entity, scope }, definition as number, payload, options);
          }
          const to = otherStore();
          const lines = linesOf(from);
          const options = { batchEvents, checkChains: true };
          expect(importCloudEvents(to, lines, options).imported).toBe(events.length);
          expect(keptBy(to)).toEqual(keptBy(from));
          expect(isDeepStrictEqual(payloadsOf(to), payloadsOf(from))).toBe(true);
          expect(importCloudEvents(to, lines).known).toBe(events.length);
          expect(to.eventCount).toBe(events.length);
          expect(to.verify().ok).toBe(true);
        },
      ),
      propertyRuns(60),
    );
  });

  it('writes what it has not written yet, and nothing twice', () => {
    const from = new StoreHost().open();
    appendSome(from, 10);
    const lines = linesOf(from);
    const to = otherStore();
    expect(importCloudEvents(to, lines.slice(0, 6))).toMatchObject({ imported: 6, known: 0 });
    expect(importCloudEvents(to, lines)).toMatchObject({ read: 10, imported: 4, known: 6 });
    expect(importCloudEvents(to, [...lines, ...lines])).toMatchObject({ imported: 0, known: 20 });
    const third = new StoreHost(new MemoryFiles(), 20).open();
    expect(importCloudEvents(third, [...lines, ...lines])).toMatchObject({
      imported: 10,
      known: 10,
    });
  });

  it('writes nothing of what its own store has exported', () => {
    const store = new StoreHost().open();
    appendSome(store, 3);
    expect(importCloudEvents(store, linesOf(store))).toMatchObject({ imported: 0, known: 3 });
  });

  it('keeps where each event came from, also when it goes on from there', () => {
    const from = new StoreHost().open();
    const [first] = appendSome(from, 1);
    const to = otherStore();
    importCloudEvents(to, linesOf(from));
    const third = new StoreHost(new MemoryFiles(), 20).open();
    importCloudEvents(third, linesOf(to));
    const origin = {
      source: cloudSourceOf(from),
      id: first?.eventId,
      timestampUs: from.at(0)?.timestampUs,
      sequence: 0,
      clock: 0,
      hash: new Uint8Array(first?.hash ?? []),
      prevHash: new Uint8Array(32),
    };
    for (const store of [to, third]) {
      const event = store.at(0);
      expect(event === undefined ? undefined : originOf(event)).toEqual(origin);
    }
    expect(from.at(0)?.extensions.size).toBe(0);
  });

  it('translates the ids of causes, wherever they were imported, and no others', () => {
    const from = new StoreHost().open();
    const stranger = '0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f';
    const began = from.append('a', someKind, 0, { causationId: stranger });
    const next = from.appendReaction('b', someKind, 1, began);
    from.appendReaction('c', someKind, 2, next);
    for (const batchEvents of [1, 2, 256]) {
      const to = otherStore();
      importCloudEvents(to, linesOf(from), { batchEvents });
      const ids = [...to.events(Region.all())].map(({ eventId }) => eventId);
      expect(
        [...to.events(Region.all())].map(({ causationId, correlationId }) => [
          causationId,
          correlationId,
        ]),
      ).toEqual([
        [stranger, ids[0]],
        [ids[0], ids[0]],
        [ids[1], ids[0]],
      ]);
    }
  });

  it('fits its batches to the limits of the store', () => {
    const from = new StoreHost().open();
    for (let i = 0; i < 20; i += 1) from.append('a', someKind, 'x'.repeat(3000));
    from.append('a', someKind, 'x'.repeat(40_000));
    const to = otherStore({ batch: { maxSize: 3, maxBytes: 20_000 } });
    expect(importCloudEvents(to, linesOf(from)).imported).toBe(21);
    expect(keptBy(to)).toEqual(keptBy(from));
  });

  it('keeps the kind that a name was given by its author, and gives the others one anew', () => {
    const from = new StoreHost().open();
    from.append('a', Placed, { total: 1 });
    from.append('a', Reserved, { count: 1 });
    const to = otherStore();
    to.append('b', defineEvent({ name: 'first.here' }), {});
    importCloudEvents(to, linesOf(from));
    expect([to.at(1)?.kind, to.at(2)?.kind]).toEqual([0x1001, 0x2007]);
    to.append('a', Reserved, { count: 2 });
    to.append('a', Placed, { total: 2 });
  });

  it('is durable when it returns, unless it is told not to be', () => {
    const from = new StoreHost().open();
    appendSome(from, 2);
    const to = otherStore();
    importCloudEvents(to, linesOf(from).slice(0, 1), { durable: false });
    expect(to.durableThrough()).toBeUndefined();
    importCloudEvents(to, linesOf(from));
    expect(to.durableThrough()).toBe(1);
  });

  it('takes events of other programs, and says which attributes it does not keep', () => {
    const store = new StoreHost().open();
    const foreign = {
      specversion: '1.0',
      id: 'A-1',
      source: '/mycontext',
      type: 'com.example.order',
      subject: 'order:9',
      traceparent: '00-abc',
      data: '<much wow="xml"/>',
      datacontenttype: 'text/xml',
    };
    const binary = { ...foreign, id: 'A-2', data: undefined, data_base64: 'AQI=' };
    const { data: _, ...none } = { ...foreign, id: 'A-3' };
    const report = importCloudEvents(store, [
      foreign,
      JSON.stringify(binary),
      '',
      JSON.stringify(none),
    ]);
    expect(report).toEqual({
      read: 3,
      imported: 3,
      known: 0,
      ignoredAttributes: ['traceparent'],
    });
    const events = [...store.events(Region.all())];
    expect(events.map(({ payload }) => payload)).toEqual([
      '<much wow="xml"/>',
      Uint8Array.of(1, 2),
      null,
    ]);
    expect(events[0]).toMatchObject({
      name: 'com.example.order',
      entity: 'order:9',
      scope: 'default',
      payloadVersion: 1,
    });
  });

  it('reads a stream as it comes, holding one batch', async () => {
    const from = new StoreHost().open();
    appendSome(from, 1000);
    const to = otherStore();
    let given = 0;
    async function* lines(): AsyncGenerator<string> {
      for await (const line of exportCloudEventLines(from, Region.all())) {
        expect(given - to.eventCount).toBeLessThan(100);
        given += 1;
        yield line;
      }
    }
    const report = await importCloudEventStream(to, lines(), { batchEvents: 100 });
    expect(report.imported).toBe(1000);
    expect(keptBy(to)).toEqual(keptBy(from));
  });

  it('takes the web stream of an export', async () => {
    const from = new StoreHost().open();
    appendSome(from, 5);
    const stream: ReadableStream<CloudEvent> = toReadableStream(
      exportCloudEvents(from, Region.all()),
    );
    const to = otherStore();
    expect((await importCloudEventStream(to, stream)).imported).toBe(5);
  });
});
