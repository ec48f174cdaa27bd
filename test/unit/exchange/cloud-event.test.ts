import { describe, expect, it } from 'vitest';
import { cloudSourceOf, toCloudEvent, typeOfKind } from '../../../src/exchange/cloud-event.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../../support/store-host.ts';

describe('toCloudEvent', () => {
  it('has the ids, the clocks as texts, the hashes as hexadecimal digits', () => {
    const store = new StoreHost().open();
    const [receipt] = appendSome(store, 2).slice(1);
    const event = store.at(1);
    if (event === undefined) throw new Error('it was stored');
    expect(toCloudEvent(event, { source: '/here' })).toEqual({
      specversion: '1.0',
      id: receipt?.eventId,
      source: '/here',
      type: 'batpak.kind.0x1abc',
      subject: 'order:1',
      time: '2025-01-01T00:00:00.000000Z',
      sequence: '0000000000000001',
      clock: '1',
      lane: '0',
      scope: 'default',
      kind: someKind,
      flags: 0,
      correlationid: receipt?.eventId,
      hash: Buffer.from(receipt?.hash ?? []).toString('hex'),
      prevhash: Buffer.from(store.at(0)?.hash ?? []).toString('hex'),
      datacontenttype: 'application/json',
      data: { index: 1 },
    });
  });

  it('names attributes as CloudEvents ask for: lower case, 20 characters at most', () => {
    const store = new StoreHost().open();
    const [cause] = appendSome(store, 1);
    if (cause === undefined) throw new Error('it was stored');
    store.appendReaction('a', someKind, 1n, cause, { extensions: { x: Uint8Array.of(1) } });
    const event = store.at(1);
    if (event === undefined) throw new Error('it was stored');
    const names = Object.keys(toCloudEvent(event, { source: cloudSourceOf(store) }));
    expect(names.filter((name) => !/^([a-z0-9]{1,20}|data_base64)$/.test(name))).toEqual([]);
    expect(names).toContain('causationid');
  });

  it('has no hashes of a store without a chain', () => {
    const store = new StoreHost().open({ hashChain: false });
    appendSome(store, 1);
    const event = store.at(0);
    if (event === undefined) throw new Error('it was stored');
    const found = toCloudEvent(event, { source: '/here' });
    expect(found).not.toHaveProperty('hash');
    expect(found).not.toHaveProperty('prevhash');
  });

  it('has no data of a redacted event', () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    const { payload: _, ...kept } = JSON.parse(JSON.stringify(store.at(0)));
    const redacted = { ...kept, payload: undefined, hash: undefined, prevHash: undefined };
    const found = toCloudEvent({ ...redacted, extensions: new Map() }, { source: '/here' });
    expect(found).not.toHaveProperty('data');
    expect(found).not.toHaveProperty('datacontenttype');
  });

  it('checks its options', () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    const event = store.at(0);
    if (event === undefined) throw new Error('it was stored');
    for (const options of [undefined, {}, { source: 7 }, { source: '/a', more: 1 }]) {
      expect(thrownBy(() => toCloudEvent(event, options as never))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
    }
  });
});

describe('typeOfKind', () => {
  it('has four digits', () => {
    expect(typeOfKind(0x20)).toBe('batpak.kind.0x0020');
  });
});
