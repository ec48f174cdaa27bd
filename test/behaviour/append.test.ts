import { Coordinate, defineEvent, type Expectation } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Moved = defineEvent<{ x: number }>({ name: 'moved' });

describe('a receipt', () => {
  it('tells what the stored event tells', () => {
    const host = new StoreHost();
    const store = host.open();
    const receipt = store.append({ entity: 'a', scope: 'room' }, Moved, { x: 1 });
    const event = store.get(receipt.eventId);
    expect(event).toMatchObject({
      eventId: receipt.eventId,
      sequence: receipt.sequence,
      clock: receipt.clock,
      position: receipt.position,
      entity: 'a',
      scope: 'room',
      payload: { x: 1 },
    });
    expect(receipt).toMatchObject({ sequence: 0, clock: 0, durability: 'written' });
    expect(receipt.replayed).toBe(false);
  });

  it('bears the same hash as the stored event, byte by byte and by type', () => {
    const store = new StoreHost().open();
    const receipt = store.append('a', someKind, 1, { idempotencyKey: 'k' });
    const replayed = store.append('a', someKind, 1, { idempotencyKey: 'k' });
    const stored = store.at(0)?.hash;
    expect(receipt.hash).toHaveLength(32);
    expect(receipt.hash).toStrictEqual(stored);
    expect(replayed.hash).toStrictEqual(stored);
  });

  it('names the bytes of the frame in the file', () => {
    const host = new StoreHost();
    const store = host.open();
    const receipts = [store.append('a', Moved, { x: 1 }), store.append('b', someKind, 'next')];
    const bytes = host.read('000001.fbat');
    const view = new DataView(bytes.buffer);
    for (const { position } of receipts) {
      expect(position.segmentId).toBe(1);
      expect(view.getUint32(position.offset)).toBe(position.length - 8);
    }
    const { offset, length } = receipts[1]?.position ?? { offset: 0, length: 0 };
    expect(offset + length).toBe(bytes.length);
  });

  it('stays readable, and true, while the store writes on and after it was closed', () => {
    const store = new StoreHost().open();
    const receipt = store.append('a', someKind, 1);
    const before = JSON.stringify(receipt);
    for (let index = 0; index < 10; index += 1) store.append('a', someKind, 'x'.repeat(50_000));
    store.close();
    expect(JSON.stringify(receipt)).toBe(before);
  });
});

describe('an appended event', () => {
  it('gets the next sequence of the store and the next clock of its entity', () => {
    const store = new StoreHost().open();
    const receipts = ['a', 'b', 'a', 'b', 'a'].map((entity) => store.append(entity, someKind, 1));
    expect(receipts.map(({ sequence, clock }) => [sequence, clock])).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 2],
    ]);
  });

  it('has one clock and one chain for its entity in all scopes', () => {
    const store = new StoreHost().open();
    const receipts = ['x', 'y', 'x'].map((scope) =>
      store.append({ entity: 'a', scope }, someKind, 1),
    );
    expect(receipts.map(({ clock }) => clock)).toEqual([0, 1, 2]);
    const prevHashes = [...store.stream('a')].map(({ sequence }) => store.at(sequence)?.prevHash);
    expect(prevHashes.map((hash) => Buffer.from(hash ?? []).toString('hex'))).toEqual([
      '00'.repeat(32),
      ...receipts.slice(0, 2).map(({ hash }) => Buffer.from(hash ?? []).toString('hex')),
    ]);
  });

  it('is where it was said to be, however that was said', () => {
    const store = new StoreHost().open();
    store.append('a@b', someKind, 1);
    store.append({ entity: 'a@b' }, someKind, 2);
    store.append({ entity: 'a@b', scope: 'room' }, someKind, 3);
    store.append(Coordinate.of('a@b', 'room'), someKind, 4);
    const places = [...store.stream('a@b')].map(({ entity, scope }) => [entity, scope]);
    expect(places).toEqual([
      ['a@b', 'default'],
      ['a@b', 'default'],
      ['a@b', 'room'],
      ['a@b', 'room'],
    ]);
  });

  it('begins a conversation of its own, or carries on the one it is given', () => {
    const store = new StoreHost().open();
    const first = store.append('a', someKind, 1);
    const second = store.append('b', someKind, 2, {
      correlationId: first.eventId,
      causationId: first.eventId,
    });
    expect(store.get(first.eventId)).toMatchObject({
      correlationId: first.eventId,
      causationId: undefined,
    });
    expect(store.get(second.eventId)).toMatchObject({
      correlationId: first.eventId,
      causationId: first.eventId,
    });
  });

  it('does not change with what the caller does to its payload later', () => {
    const store = new StoreHost().open();
    const payload = { list: [1, 2], bytes: new Uint8Array([1, 2]) };
    store.append('a', someKind, payload);
    payload.list.push(3);
    payload.bytes[0] = 9;
    expect(store.at(0)?.payload).toEqual({ list: [1, 2], bytes: new Uint8Array([1, 2]) });
  });

  it('stays as it is whatever the caller does to what it was given or has read', () => {
    const store = new StoreHost().open();
    const list = [1];
    const receipt = store.append('a', someKind, list, { extensions: { n: new Uint8Array([1]) } });
    receipt.hash?.fill(0);
    const event = store.at(0);
    if (Array.isArray(event?.payload)) event.payload.push(2);
    event?.hash?.fill(0);
    event?.extensions.get('n')?.fill(9);
    expect(event?.payload).toEqual([1, 2]);
    expect(store.at(0)?.payload).toEqual([1]);
    expect(store.at(0)?.extensions.get('n')).toEqual(new Uint8Array([1]));
    store.append('a', someKind, 'linked');
    expect(store.verify().ok).toBe(true);
  });

  it('keeps every kind of payload that is allowed', () => {
    const store = new StoreHost().open();
    const payload = {
      nothing: null,
      yes: true,
      whole: 2 ** 53 - 1,
      half: 0.5,
      text: 'ü\u{1f600}',
      large: 2n ** 63n - 1n,
      bytes: new Uint8Array([0, 255]),
      date: new Date(1_735_689_600_123),
      list: [[], {}, [null]],
    };
    store.append('a', someKind, payload);
    expect(store.at(0)?.payload).toEqual(payload);
  });
});

describe('what an append expects', () => {
  const tried = (events: number, expected: Expectation): boolean => {
    const store = new StoreHost().open();
    for (let clock = 0; clock < events; clock += 1) store.append('a', someKind, clock);
    store.append('other', someKind, 1);
    return store.tryAppend('a', someKind, 'tried', { expected }).type === 'ok';
  };

  it.each<readonly [Expectation, readonly boolean[]]>([
    ['any', [true, true, true]],
    ['none', [true, false, false]],
    ['exists', [false, true, true]],
    [0, [false, true, false]],
    [1, [false, false, true]],
    [2, [false, false, false]],
  ])('%s holds after 0, 1 and 2 events: %j', (expected, verdicts) => {
    expect([0, 1, 2].map((events) => tried(events, expected))).toEqual(verdicts);
  });

  it('is told with what is there, and nothing is written', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 1);
    const before = host.content();
    expect(thrownBy(() => store.append('a', someKind, 2, { expected: 'none' }))).toMatchObject({
      code: 'BATPAK_EXPECTATION_FAILED',
      entity: 'a',
      expected: 'none',
      actual: 0,
      retryable: true,
    });
    expect(thrownBy(() => store.append('b', someKind, 2, { expected: 0 }))).toMatchObject({
      entity: 'b',
      expected: 0,
      actual: undefined,
    });
    expect(host.content()).toEqual(before);
    expect(store.append('a', someKind, 2, { expected: 0 })).toMatchObject({ clock: 1 });
  });

  it('holds against what is there after a reopen', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 1);
    store.close();
    const again = host.open();
    expect(again.tryAppend('a', someKind, 2, { expected: 'none' }).type).toBe('err');
    expect(again.tryAppend('a', someKind, 2, { expected: 0 }).type).toBe('ok');
  });
});
