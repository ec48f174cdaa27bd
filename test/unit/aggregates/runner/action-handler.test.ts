import { repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { ActionHandler } from '../../../../src/aggregates/runner/action-handler.ts';
import type { StoredEvent } from '../../../../src/model/event.ts';
import { Region } from '../../../../src/model/region.ts';
import { payment } from '../../../support/effects.ts';
import { StoreHost } from '../../../support/store-host.ts';

const context = { signal: new AbortController().signal, attempt: 1 };

/** Events that ask for an actor and an action each: of payments 1, 1 again, and 2. */
function someEvents(): StoredEvent[] {
  const store = new StoreHost().open();
  const payments = repository(store, payment);
  payments.send('1', { type: 'ordered', cents: 1 });
  payments.send('1', { type: 'retried' });
  payments.send('2', { type: 'ordered', cents: 2 });
  return [...store.events(Region.all())];
}

function handlerOf(run: (entity: string, key: string) => Promise<void>, concurrency = 8) {
  const log: string[] = [];
  const handler = new ActionHandler({
    concurrency,
    whenDurable: (sequence) => Promise.resolve(void log.push(`durable ${sequence}`)),
    startActor: (key) => void log.push(`start ${key}`),
    runAction: async ({ entity, clock }, { action }, key) => {
      await run(entity, key);
      log.push(`${entity} ${clock} ${action} ${key.slice(key.indexOf(':'))}`);
    },
  });
  return { handler, log };
}

describe('a handler of actions', () => {
  it('runs them when all are durable, each aggregate in its order, others beside it', async () => {
    const events = someEvents();
    const { handler, log } = handlerOf(() => Promise.resolve());
    await handler.handle(events, context);
    expect(log[0]).toBe('durable 2');
    expect(log.filter((line) => line.startsWith('start'))).toHaveLength(3);
    expect(log.filter((line) => line.startsWith('payment:1'))).toEqual([
      'payment:1 0 notify :0',
      'payment:1 1 notify :2',
    ]);
    expect(log).toContain('payment:2 0 notify :0');
  });

  it('waits for nothing when nothing is asked for', async () => {
    const store = new StoreHost().open();
    store.append('payment:1', 0x1abc, 1);
    const { handler, log } = handlerOf(() => Promise.resolve());
    await handler.handle([...store.events(Region.all())], context);
    expect(log).toEqual([]);
  });

  it('runs at most so many aggregates at once', async () => {
    let [running, most] = [0, 0];
    const { handler } = handlerOf(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    }, 1);
    await handler.handle(someEvents(), context);
    expect(most).toBe(1);
  });

  it('does not do again what was done when another event of the batch failed', async () => {
    const events = someEvents();
    let fails = true;
    const { handler, log } = handlerOf((entity) =>
      fails && entity === 'payment:1' ? Promise.reject(new Error('no')) : Promise.resolve(),
    );
    await expect(handler.handle(events, context)).rejects.toThrow('no');
    expect(log.filter((line) => line.startsWith('payment'))).toEqual(['payment:2 0 notify :0']);
    fails = false;
    for (const event of events) await handler.handle([event], context);
    expect(log.filter((line) => line.startsWith('payment'))).toEqual([
      'payment:2 0 notify :0',
      'payment:1 0 notify :0',
      'payment:1 1 notify :2',
    ]);
    // What is handed out by itself later, as a parked event is, runs.
    const [first] = events;
    if (first !== undefined) await handler.handle([first], context);
    expect(log.at(-1)).toBe('payment:1 0 notify :0');
  });
});
