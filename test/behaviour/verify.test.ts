import { CorruptSegmentError, openStore, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { sealFrame } from '../../src/codec/frame.ts';
import { hashOf } from '../../src/codec/hash-chain.ts';
import { hashedFrom } from '../../src/codec/record-layout.ts';
import { decodeSegmentHeader } from '../../src/codec/segment-header.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { saltOf } from '../../src/recovery/store-salt.ts';
import { ForgedLog } from '../support/forged-log.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const name = '000001.fbat';

/** A store of five events of one entity and one of another, and where they lie. */
function given() {
  const host = new StoreHost();
  const store = host.open();
  const receipts = [...appendSome(store, 3, 'a'), ...appendSome(store, 1, 'b')];
  receipts.push(...appendSome(store, 2, 'a'));
  return { host, store, places: receipts.map(({ position }) => position) };
}

/** Changes the frame of an event as somebody would who knows the format. */
function forge(
  host: StoreHost,
  place: { readonly offset: number; readonly length: number } | undefined,
  change: (frame: Uint8Array) => void,
  rehash: boolean,
): void {
  if (place === undefined) throw new Error('the event is there');
  const bytes = host.read(name);
  const decoded = decodeSegmentHeader(bytes, name);
  if (typeof decoded === 'string') throw new Error('the segment has a header');
  const frame = bytes.subarray(place.offset, place.offset + place.length);
  change(frame);
  const hashAt = frame.length - 32;
  if (rehash) frame.set(hashOf(frame, 8 + hashedFrom, hashAt), hashAt);
  sealFrame(frame, 0, frame.length, saltOf(decoded.header.storeId));
  host.replace(name, bytes);
}

/** The last byte of the payload, which stands before the hash. */
function changePayload(frame: Uint8Array): void {
  frame[frame.length - 33] = 0x7f;
}

const findings = (store: Store, region = Region.all()) =>
  store.verify(region).errors.map(({ code, sequence, offset }) => [code, sequence, offset]);

describe('verify', () => {
  it('of a sound store counts events and entities, of a region if it is asked to', () => {
    const { store } = given();
    const sound = { ok: true, events: 6, entities: 2, redacted: 0, gaps: [], errors: [] };
    expect(store.verify()).toEqual(sound);
    expect(store.verify(Region.entity('a'))).toMatchObject({ ok: true, events: 5, entities: 1 });
    expect(store.verify(Region.entity('none'))).toMatchObject({ ok: true, events: 0, entities: 0 });
  });

  it('of an empty store finds nothing wrong', () => {
    expect(new StoreHost().open().verify()).toMatchObject({ ok: true, events: 0 });
  });

  it('finds a changed payload whose checksum was made to hold, before and after a reopen', () => {
    const { host, store, places } = given();
    forge(host, places[1], changePayload, false);
    const expected = [['HASH', 1, places[1]?.offset]];
    expect(findings(store)).toEqual(expected);
    expect(findings(host.killed().open())).toEqual(expected);
  });

  it('finds by the next link an event that was hashed anew', () => {
    const { host, store, places } = given();
    forge(host, places[1], changePayload, true);
    const expected = [['LINK', 2, places[2]?.offset]];
    expect(findings(store)).toEqual(expected);
    expect(findings(host.killed().open())).toEqual(expected);
  });

  it('finds a changed scope, kind, flag or time as it finds a changed payload', () => {
    for (const [field, at] of [
      ['flags', 6],
      ['kind', 10],
      ['time', 31],
      ['id', 49],
    ] as const) {
      const { host, store, places } = given();
      const change = (frame: Uint8Array): void => {
        frame[8 + at] = (frame[8 + at] ?? 0) ^ 1;
      };
      forge(host, places[1], change, false);
      expect(findings(store), field).toEqual([['HASH', 1, places[1]?.offset]]);
    }
  });

  it('finds two events that changed places', () => {
    const { host, store, places } = given();
    const [, one, two] = places;
    if (one === undefined || two === undefined) throw new Error('there are three events');
    expect(one.length).toBe(two.length);
    const bytes = host.read(name);
    const first = bytes.slice(one.offset, one.offset + one.length);
    bytes.copyWithin(one.offset, two.offset, two.offset + two.length);
    bytes.set(first, two.offset);
    host.replace(name, bytes);
    expect(findings(store)).toEqual([
      ['SEQUENCE', 1, one.offset],
      ['LINK', 2, one.offset],
      ['SEQUENCE', 3, two.offset],
      ['LINK', 1, two.offset],
      ['SEQUENCE', 2, places[3]?.offset],
      ['LINK', 4, places[4]?.offset],
    ]);
    expect(thrownBy(() => host.killed().open())).toBeInstanceOf(CorruptSegmentError);
  });

  it('finds that an event was taken out and the later ones renumbered', () => {
    let hashOfSecond = new Uint8Array(32);
    new ForgedLog()
      .segment()
      .event('a')
      .event('a')
      .tamper((frame) => {
        hashOfSecond = frame.slice(-32);
      });
    const log = new ForgedLog().segment().event('a').event('a', { prevHash: hashOfSecond });
    const platform = memoryPlatform({ files: log.event('a').clean().write() });
    const store = openStore({ dataDir: log.directory, platform });
    expect(findings(store).map(([code, sequence]) => [code, sequence])).toEqual([['LINK', 1]]);
  });

  it('tells only what it finds in the region', () => {
    const { host, store, places } = given();
    forge(host, places[1], changePayload, false);
    expect(store.verify(Region.entity('b'))).toMatchObject({ ok: true, events: 1 });
    expect(findings(store, Region.entity('a'))).toHaveLength(1);
  });

  it('does not find that the newest events were changed and hashed anew: chains can not', () => {
    const { host, places } = given();
    forge(host, places[5], changePayload, true);
    expect(host.killed().open().verify().ok).toBe(true);
  });

  it('finds each of several faults', () => {
    const { host, store, places } = given();
    host.flip(name, (places[0]?.offset ?? 0) + 30);
    forge(host, places[2], changePayload, false);
    host.flip(name, (places[4]?.offset ?? 0) + 30);
    expect(findings(store)).toEqual([
      ['CHECKSUM', 0, places[0]?.offset],
      ['HASH', 2, places[2]?.offset],
      ['CHECKSUM', 4, places[4]?.offset],
    ]);
  });

  it('changes nothing, and the store goes on', () => {
    const { host, store } = given();
    const before = host.content();
    store.verify();
    expect(host.content()).toEqual(before);
    expect(store.append('a', someKind, 1).sequence).toBe(6);
  });
});
