import {
  type CloudEvent,
  defineEvent,
  exportCloudEvents,
  ImportFailedError,
  InvalidCloudEventError,
  importCloudEventStream,
  importCloudEvents,
  Region,
  type Store,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const exported = (count: number, more?: (store: Store) => void): CloudEvent[] => {
  const store = new StoreHost().open();
  appendSome(store, count);
  more?.(store);
  return [...exportCloudEvents(store, Region.all())];
};
const otherStore = (): Store => new StoreHost(new MemoryFiles(), 10).open();

/** Attributes that are wrong, and what they must be. */
const wrong: readonly [field: string, value: unknown, expected: string][] = [
  ['specversion', '0.3', "'1.0'"],
  ['specversion', undefined, 'a text that is not empty'],
  ['id', '', 'a text that is not empty'],
  ['id', 7, 'a text that is not empty'],
  ['id', 'x'.repeat(1100), 'well-formed text, with source at most 1000 characters'],
  ['source', undefined, 'a text that is not empty'],
  ['type', undefined, 'a text that is not empty'],
  ['type', 'x'.repeat(256), 'well-formed text of 1..255 characters'],
  ['subject', undefined, 'a text that is not empty'],
  ['subject', 'a\nb', 'a text that can be one (entity must not hold U+000a (at 1))'],
  ['scope', '\0', 'a text that can be one (scope must not hold U+0000 (at 0))'],
  ['time', 'yesterday', 'a time of RFC 3339'],
  ['sequence', 7, 'a text of digits, 0..9007199254740991'],
  ['clock', '4294967296', 'a text of digits, 0..4294967295'],
  ['clock', '-1', 'a text of digits, 0..4294967295'],
  ['lane', '4294967296', 'a text of digits, 0..4294967295'],
  ['kind', 65_536, 'a whole number 0..65535'],
  ['kind', 6, 'a kind outside the categories 0x0 and 0xD, or 0x0100..0x0104'],
  ['kind', 0xd001, 'a kind outside the categories 0x0 and 0xD, or 0x0100..0x0104'],
  ['flags', 1.5, 'a whole number 0..255'],
  ['correlationid', 'me', 'a UUID'],
  ['causationid', 7, 'a text that is not empty'],
  ['hash', 'ff', '64 hexadecimal digits in lower case'],
  ['prevhash', 'G'.repeat(64), '64 hexadecimal digits in lower case'],
  ['extensions', 'kQ==', 'base64 of a msgpack map of texts to bytes'],
  ['extensions', '!', 'base64 of a msgpack map of texts to bytes'],
  ['data_base64', 'AQ==', 'left out beside data'],
];

describe('an import of what is no event', () => {
  it.each(wrong)('names %s that is %j', (field, value, expected) => {
    const [first, second] = exported(2);
    const store = otherStore();
    const failure = thrownBy(() =>
      importCloudEvents(store, [JSON.stringify(first), '\n', { ...second, [field]: value }]),
    );
    if (!(failure instanceof ImportFailedError)) throw failure;
    expect(failure).toMatchObject({ line: 3, imported: 0, known: 0 });
    expect(failure.cause).toBeInstanceOf(InvalidCloudEventError);
    expect(failure.cause).toMatchObject({ line: 3, field, value, expected });
    expect(store.eventCount).toBe(0);
  });

  it.each([
    ['a line of half an object', '{"specversion":"1.0"', '{"specversion":"1.0"'],
    ['a list', '[]', []],
    ['null', 'null', null],
    ['a number', 7, 7],
  ])('names %s', (_, given, value) => {
    const failure = thrownBy(() => importCloudEvents(otherStore(), [given as string]));
    expect(failure).toMatchObject({
      code: 'BATPAK_IMPORT_FAILED',
      cause: { code: 'BATPAK_INVALID_CLOUD_EVENT', line: 1, field: '', value },
    });
  });

  it.each([
    ['msgpack that is none', { data_base64: 'wQ==', data: undefined }, 'data_base64'],
    ['base64 that is none', { data_base64: 'A', data: undefined }, 'data_base64'],
    ['an extension type of msgpack', { data_base64: '1AUB', data: undefined }, 'data_base64'],
  ])('names %s', (_, attributes, field) => {
    const [event] = exported(1);
    const msgpack = { ...event, datacontenttype: 'application/msgpack', ...attributes };
    const line = JSON.stringify(msgpack);
    expect(thrownBy(() => importCloudEvents(otherStore(), [line]))).toMatchObject({
      cause: { code: 'BATPAK_INVALID_CLOUD_EVENT', field },
    });
  });

  it('names a payload that no store takes', () => {
    const [event] = exported(1);
    const line = JSON.stringify({ ...event, data: 0 }).replace(
      /"data":0/,
      '"data":{"__proto__":1}',
    );
    expect(thrownBy(() => importCloudEvents(otherStore(), [line]))).toMatchObject({
      cause: { field: 'data', expected: expect.stringContaining('$.__proto__') },
    });
  });

  it('keeps the batches before, tells how many events they were, and goes on when mended', () => {
    const events: unknown[] = exported(10);
    const store = otherStore();
    importCloudEvents(store, events.slice(0, 1) as CloudEvent[]);
    const broken = events.with(8, { ...exported(9)[8], flags: -1 }) as CloudEvent[];
    expect(thrownBy(() => importCloudEvents(store, broken, { batchEvents: 3 }))).toMatchObject({
      line: 9,
      imported: 5,
      known: 1,
    });
    expect(store.eventCount).toBe(6);
    const report = importCloudEvents(store, events as CloudEvent[]);
    expect(report).toMatchObject({ imported: 4, known: 6 });
  });

  it('refuses another event under an id that was imported', () => {
    const [event] = exported(1);
    const store = otherStore();
    importCloudEvents(store, [{ ...event }]);
    expect(thrownBy(() => importCloudEvents(store, [{ ...event, data: 1 }]))).toMatchObject({
      line: 1,
      cause: { code: 'BATPAK_IDEMPOTENCY_CONFLICT', differs: 'payload' },
    });
  });

  it('refuses a kind without a name that has one here, and a name whose kind is taken', () => {
    const store = otherStore();
    store.append('a', defineEvent({ name: 'mine', kind: 0x2001 }), {});
    const [event] = exported(1);
    const unnamed = { ...event, kind: 0x2001, type: 'batpak.kind.0x2001' };
    expect(thrownBy(() => importCloudEvents(store, [unnamed]))).toMatchObject({
      cause: { code: 'BATPAK_INVALID_CLOUD_EVENT', field: 'kind', value: 0x2001 },
    });
    const named = { ...event, kind: 0x2001, type: 'theirs' };
    expect(thrownBy(() => importCloudEvents(store, [named]))).toMatchObject({
      cause: { code: 'BATPAK_KIND_CONFLICT' },
    });
    expect(store.eventCount).toBe(1);
  });

  it('names the line that is larger than the store allows', () => {
    const [event] = exported(1);
    const store = new StoreHost(new MemoryFiles(), 10).open({ singleAppendMaxBytes: 4096 });
    const large = { ...event, id: 'large', correlationid: null, data: 'x'.repeat(5000) };
    expect(thrownBy(() => importCloudEvents(store, [{ ...event }, large]))).toMatchObject({
      line: 2,
      imported: 0,
      cause: { code: 'BATPAK_LIMIT_EXCEEDED' },
    });
  });
});

describe('an import that checks chains', () => {
  const events = exported(5, (store) => store.append('other', someKind, 1));
  const importing = (given: readonly unknown[]) => () =>
    importCloudEvents(otherStore(), given as CloudEvent[], { checkChains: true });

  it('takes a whole history, and one that begins in the middle', () => {
    expect(importing(events)().imported).toBe(6);
    expect(importing(events.slice(2))().imported).toBe(4);
  });

  it('follows the chain of the store that exported, also of events that it had imported', () => {
    const between = otherStore();
    importCloudEvents(between, events.slice(0, 2));
    appendSome(between, 1);
    importCloudEvents(between, events);
    const lines = [...exportCloudEvents(between, Region.all())];
    const last = new StoreHost(new MemoryFiles(), 20).open();
    expect(importCloudEvents(last, lines, { checkChains: true }).imported).toBe(7);
    expect(thrownBy(importing(lines.toSpliced(2, 1)))).toMatchObject({ cause: { field: 'clock' } });
  });

  it('finds an event that is missing, changed or of a wrong beginning', () => {
    expect(thrownBy(importing(events.toSpliced(2, 1)))).toMatchObject({
      line: 3,
      cause: { field: 'clock', value: 3, expected: "2, the next of 'order:1'" },
    });
    const changed = events.with(2, { ...(events[2] as CloudEvent), hash: 'a'.repeat(64) });
    expect(thrownBy(importing(changed))).toMatchObject({ line: 4, cause: { field: 'prevhash' } });
    const begun = events.with(0, { ...(events[0] as CloudEvent), prevhash: 'a'.repeat(64) });
    expect(thrownBy(importing(begun))).toMatchObject({ line: 1, cause: { field: 'prevhash' } });
  });

  it.each(['clock', 'hash', 'prevhash'])('needs %s of each event', (field) => {
    expect(thrownBy(importing([{ ...events[0], [field]: undefined }]))).toMatchObject({
      cause: { field, value: undefined, expected: 'there, to check the chain' },
    });
  });
});

describe('arguments of exports and imports', () => {
  it.each<[string, (store: Store) => unknown, string, string]>([
    ['a region', (s) => exportCloudEvents(s, {} as Region), 'region', 'BATPAK_ARGUMENT_TYPE'],
    [
      'a store',
      () => exportCloudEvents({} as Store, Region.all()),
      'store',
      'BATPAK_ARGUMENT_TYPE',
    ],
    [
      'a source',
      (s) => exportCloudEvents(s, Region.all(), { source: '' }),
      'source',
      'BATPAK_ARGUMENT_TYPE',
    ],
    ['lines', (s) => importCloudEvents(s, '{}' as never), 'events', 'BATPAK_ARGUMENT_TYPE'],
    ['a store to write', () => importCloudEvents({} as Store, []), 'store', 'BATPAK_ARGUMENT_TYPE'],
    [
      'batchEvents',
      (s) => importCloudEvents(s, [], { batchEvents: 0 }),
      'batchEvents',
      'BATPAK_ARGUMENT_RANGE',
    ],
    [
      'checkChains',
      (s) => importCloudEvents(s, [], { checkChains: 1 as never }),
      'checkChains',
      'BATPAK_ARGUMENT_TYPE',
    ],
    [
      'durable',
      (s) => importCloudEvents(s, [], { durable: 1 as never }),
      'durable',
      'BATPAK_ARGUMENT_TYPE',
    ],
    [
      'an unknown option',
      (s) => importCloudEvents(s, [], { batch: 1 } as never),
      'options.batch',
      'BATPAK_ARGUMENT_TYPE',
    ],
  ])('are checked: %s', (_, call, field, code) => {
    expect(thrownBy(() => call(otherStore()))).toMatchObject({ field, code });
  });

  it('are checked: an async iterable', async () => {
    await expect(importCloudEventStream(otherStore(), [] as never)).rejects.toMatchObject({
      field: 'events',
      code: 'BATPAK_ARGUMENT_TYPE',
    });
  });
});
