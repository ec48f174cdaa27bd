import { explainDecision, verifyDecision } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

describe('explainDecision', () => {
  it('has nothing to say of events without gates, nor of none', () => {
    const store = new StoreHost().open();
    const { eventId } = store.append('a', someKind, 1);
    expect(explainDecision(store, eventId)).toBeUndefined();
    expect(explainDecision(store, eventId.replace(/.$/, 'f'))).toBeUndefined();
  });

  it('says that it can not read what a later release wrote', () => {
    const extensions = new Map([['g', Uint8Array.of(9, 1)]]);
    const event = { eventId: 'event-1', kind: someKind, extensions };
    expect(thrownBy(() => explainDecision({ get: () => event as never }, 'event-1'))).toMatchObject(
      {
        code: 'BATPAK_UNREADABLE_DECISION',
        eventId: 'event-1',
        version: 9,
      },
    );
  });

  it('takes a store', () => {
    expect(thrownBy(() => explainDecision(undefined as never, 'x'))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'store',
    });
  });
});

describe('verifyDecision', () => {
  it('takes what bears the hash of a context', () => {
    expect(verifyDecision({ contextHash: undefined }, {})).toBe(false);
    expect(thrownBy(() => verifyDecision(undefined as never, {}))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'decision',
    });
  });
});
