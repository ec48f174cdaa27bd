import { describe, expect, it } from 'vitest';
import {
  causationOf,
  reactionItems,
  reactionOptions,
} from '../../../../src/store/write/reactions.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind } from '../../../support/store-host.ts';

const causation = { causationId: 'cause', correlationId: 'root' };

describe('causationOf', () => {
  it('takes a whole cause at its word, and looks up one that is known by its id', () => {
    const store = new StoreHost().open();
    const engine = engineOf(store);
    expect(causationOf(engine, { eventId: 'cause', correlationId: 'root' })).toEqual(causation);
    const { eventId } = store.append('a', someKind, 1);
    expect(causationOf(engine, eventId.toUpperCase())).toEqual({
      causationId: eventId,
      correlationId: eventId,
    });
  });
});

describe('reactionOptions', () => {
  it('adds the ties to what is given', () => {
    expect(reactionOptions(causation, { flags: 1 })).toEqual({ flags: 1, ...causation });
    expect(reactionOptions(causation, undefined)).toEqual(causation);
  });
});

describe('reactionItems', () => {
  it('sets every correlation, and the causes that are missing', () => {
    const item = { at: 'a', kind: someKind, payload: 1 };
    const items = [item, { ...item, causation: { item: 0 }, options: { flags: 1 } }];
    expect(reactionItems(causation, items)).toEqual([
      { ...item, causation: 'cause', options: { correlationId: 'root' } },
      { ...item, causation: { item: 0 }, options: { flags: 1, correlationId: 'root' } },
    ]);
  });
});
