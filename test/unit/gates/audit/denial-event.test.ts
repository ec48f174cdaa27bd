import {
  appendDenial,
  type Denial,
  denialKind,
  denialOf,
  Proposal,
  pipeline,
  Region,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { denied, funds } from '../../../support/gates.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

function newDenial(audit: 'hash' | 'context' = 'hash') {
  const store = new StoreHost().open();
  const gates = pipeline(store, [funds], { audit });
  return { store, denial: denied(gates.evaluate({ balance: 5 }, Proposal.of({ cents: 7 }))) };
}

describe('appendDenial', () => {
  it('appends an event of its kind, with what an append takes', () => {
    const { store, denial } = newDenial();
    const cause = store.append('a', someKind, 1);
    const receipt = appendDenial(store, denial, {
      at: { entity: 'a', scope: 's' },
      causationId: cause.eventId,
      correlationId: cause.eventId,
      idempotencyKey: 'k',
      lane: 2,
      durable: true,
    });
    expect(receipt).toMatchObject({ sequence: 1, clock: 0, durability: 'durable' });
    expect(store.at(1)).toMatchObject({
      kind: denialKind,
      name: undefined,
      entity: 'a',
      scope: 's',
      lane: 2,
      causationId: cause.eventId,
      correlationId: cause.eventId,
    });
    expect(appendDenial(store, denial, { at: 'a', idempotencyKey: 'k', lane: 2 })).toMatchObject({
      sequence: 1,
      replayed: true,
    });
  });

  it('is written as these bytes of kind 0x000f, and read from them', () => {
    const { store, denial } = newDenial();
    appendDenial(store, denial, { at: 'a' });
    const { contextHash, payloadHash } = denial;
    expect(store.at(0)).toMatchObject({ kind: 0x000f, payloadVersion: 0 });
    expect(store.at(0)?.payload).toEqual({
      gate: { name: 'funds', version: 2 },
      code: 'FUNDS_MISSING',
      reason: 'only 5 left',
      facts: { balance: 5 },
      contextHash,
      payloadHash,
    });
  });

  it('refuses what is no denial, and options that are none', () => {
    const { store, denial } = newDenial();
    const { code, ...without } = denial;
    for (const wrong of [
      undefined,
      {},
      without,
      { ...denial, type: 'allowed' },
      { ...denial, gate: 1 },
    ]) {
      expect(thrownBy(() => appendDenial(store, wrong as Denial, { at: 'a' }))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
        field: 'denial',
      });
    }
    for (const options of [
      null,
      { at: 'a', expected: 'none' },
      { at: 7 },
      { at: 'a', durable: 1 },
    ]) {
      expect(thrownBy(() => appendDenial(store, denial, options as never))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
    }
    expect(thrownBy(() => appendDenial({} as never, denial, { at: 'a' }))).toMatchObject({
      field: 'store',
    });
    expect([store.eventCount, code]).toEqual([0, 'FUNDS_MISSING']);
  });

  it('asks for a key where the store does', () => {
    const host = new StoreHost();
    const store = host.open({ batch: { groupCommitMaxBatch: 8 } });
    const { denial } = newDenial();
    expect(thrownBy(() => appendDenial(store, denial, { at: 'a' }))).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_REQUIRED',
      operation: 'appendDenial',
    });
  });
});

describe('denialOf', () => {
  it('gives back what was appended, but for its cause', () => {
    for (const audit of ['hash', 'context'] as const) {
      const { store, denial } = newDenial(audit);
      appendDenial(store, { ...denial, cause: new Error('boom') }, { at: 'a' });
      const [event] = [...store.events(Region.entity('a'))];
      expect(event && denialOf(event)).toEqual({ ...denial, cause: undefined });
    }
  });

  it('is undefined for other events', () => {
    const { store } = newDenial();
    store.append('a', someKind, { gate: { name: 'g', version: 1 } });
    const [event] = [...store.events(Region.entity('a'))];
    expect(event && denialOf(event)).toBeUndefined();
    expect(denialOf({ kind: denialKind, payload: undefined } as never)).toBeUndefined();
  });
});
