import { type KeyedReaction, Region, type StoredEvent } from 'batpak';
import { describe, expect, it } from 'vitest';
import { reactingHandler } from '../../../../src/delivery/react/reactor.ts';
import { appendSome, StoreHost, someKind } from '../../../support/store-host.ts';

const rules = { name: 'stock', reactToOwn: false, depthMax: 2 };

describe('a reacting handler', () => {
  it('gives each reaction a key of its own, made of the cause, and does not sync it', async () => {
    const store = new StoreHost().open();
    appendSome(store, 2);
    const batches: { cause: StoredEvent; keys: string[]; durable: boolean }[] = [];
    const sink = {
      findByKey: () => undefined,
      appendReactionBatch: (
        cause: StoredEvent,
        reactions: readonly KeyedReaction[],
        { durable }: { durable: boolean },
      ) => {
        const keys = reactions.map(({ options }) => options.idempotencyKey);
        batches.push({ cause, keys, durable });
        return [];
      },
    };
    const reaction = { at: 'b', kind: someKind, payload: 0 };
    const handler = reactingHandler(sink, () => [reaction, reaction], rules);
    const events = [...store.events(Region.all())];
    const context = { signal: new AbortController().signal, attempt: 1 };
    await handler(events, context);
    expect(batches).toEqual(
      events.map((cause) => ({
        cause,
        keys: [0, 1].map((place) => `reaction ${cause.eventId} ${place} stock`),
        durable: false,
      })),
    );
  });

  it('begins no other event when it is asked to end', async () => {
    const store = new StoreHost().open();
    appendSome(store, 2);
    const controller = new AbortController();
    let asked = 0;
    const reactor = () => {
      asked += 1;
      controller.abort();
      return [];
    };
    const handler = reactingHandler(store, reactor, rules);
    const events = [...store.events(Region.all())];
    const context = { signal: controller.signal, attempt: 1 };
    await expect(handler(events, context)).rejects.toThrow('aborted');
    expect(asked).toBe(1);
  });
});
