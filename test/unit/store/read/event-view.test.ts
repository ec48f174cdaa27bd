import { inspect } from 'node:util';
import { Coordinate, defineEvent, StoreClosedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { IndexEntryView, StoredEventView } from '../../../../src/store/read/event-view.ts';
import { readRecord } from '../../../../src/store/read/frames.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

const Moved = defineEvent<{ x: number }>({ name: 'moved', kind: 0x2001, version: 4 });

function given() {
  const host = new StoreHost();
  const store = host.open();
  const cause = store.append('a', 0x1000, null);
  const receipt = store.append(
    { entity: 'a', scope: 'room' },
    Moved,
    { x: 1 },
    { flags: 7, causationId: cause.eventId, extensions: { note: new Uint8Array([1]) } },
  );
  const engine = engineOf(store);
  const entry = new IndexEntryView(engine, 1);
  const event = new StoredEventView(engine, 1, readRecord(engine, 1));
  return { host, store, cause, receipt, entry, event };
}

const facts = { sequence: 1, clock: 1, entity: 'a', scope: 'room', kind: 0x2001, name: 'moved' };

describe('IndexEntryView', () => {
  it('tells what the index knows, and the id', () => {
    const { entry, receipt } = given();
    expect(entry).toMatchObject({ ...facts, position: receipt.position });
    expect(entry.timestampUs).toBeGreaterThanOrEqual(1_735_689_600_000_000);
    expect(entry.eventId).toBe(receipt.eventId);
  });

  it('reads the disk once, and for the id only', () => {
    const { host, entry } = given();
    const before = host.plan.count('read');
    expect(entry.toJSON()).toMatchObject(facts);
    expect(inspect(entry)).toContain("name: 'moved'");
    expect(host.plan.count('read')).toBe(before);
    expect(entry.eventId).toBe(entry.eventId);
    expect(host.plan.count('read')).toBe(before + 1);
  });

  it('tells the id of a closed store only when it has read it before', () => {
    const { store, entry } = given();
    const other = [...store.stream('a')][1];
    const { eventId } = entry;
    store.close();
    expect(entry.eventId).toBe(eventId);
    expect(entry).toMatchObject(facts);
    expect(thrownBy(() => other?.eventId)).toBeInstanceOf(StoreClosedError);
  });
});

describe('StoredEventView', () => {
  it('tells every field', () => {
    const { event, receipt, cause } = given();
    expect(event).toMatchObject({
      ...facts,
      eventId: receipt.eventId,
      position: receipt.position,
      payload: { x: 1 },
      correlationId: receipt.eventId,
      causationId: cause.eventId,
      flags: 7,
      payloadVersion: 4,
    });
    expect(event.coordinate).toEqual(Coordinate.of('a', 'room'));
    expect([...event.extensions]).toEqual([['note', new Uint8Array([1])]]);
    expect([...(event.prevHash ?? [])]).toEqual([...(cause.hash ?? [])]);
  });

  it('decodes its payload once, and apart from other views', () => {
    const { store, event } = given();
    expect(event.payload).toBe(event.payload);
    expect(store.at(1)?.payload).not.toBe(event.payload);
  });

  it('is JSON with hashes and extensions as hexadecimal text', () => {
    const { event, receipt } = given();
    expect(JSON.parse(JSON.stringify(event))).toMatchObject({
      ...facts,
      hash: Buffer.from(receipt.hash ?? []).toString('hex'),
      extensions: { note: '01' },
      payload: { x: 1 },
    });
    expect(inspect(event)).toContain('payload: { x: 1 }');
  });

  it('is readable whole after the store was closed', () => {
    const { store, event } = given();
    const before = JSON.stringify(event);
    store.close();
    expect(JSON.stringify(event)).toBe(before);
  });
});
