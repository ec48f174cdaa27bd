import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/store/engine.ts';
import { Appender } from '../../../../src/store/write/append.ts';
import { type AppendOptions, prepareAppend } from '../../../../src/store/write/append-request.ts';
import { SubmitGroup } from '../../../../src/store/write/submit-group.ts';
import { QueuedBatch, QueuedEvent, type TicketKeeper } from '../../../../src/store/write/ticket.ts';
import { engineOf } from '../../../support/engine.ts';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const keeper: TicketKeeper = {
  writeNow: () => undefined,
  syncNow: () => undefined,
  whenDurable: () => undefined,
};

const setUp = (options: HostOptions = {}) => {
  const host = new StoreHost();
  const engine = engineOf(host.open(options));
  return { host, engine, appender: new Appender(engine) };
};

const queued = (engine: Engine, payload: unknown, options?: AppendOptions): QueuedEvent =>
  new QueuedEvent(keeper, false, prepareAppend(engine, 'a', someKind, payload, options));

describe('SubmitGroup', () => {
  it('takes events up to a batch, a repeated key, or as many as it is allowed', () => {
    const { engine, appender } = setUp();
    const event = queued(engine, 1);
    const keyed = queued(engine, 1, { idempotencyKey: 'k' });
    const batch = new QueuedBatch(keeper, false, []);
    const taken = (queue: readonly unknown[], first = 0, max = 9): number =>
      new SubmitGroup(engine, appender, queue, first, max).events.length;
    expect(taken([event, event, batch, event])).toBe(2);
    expect(taken([event, event, batch, event], 3)).toBe(1);
    expect(taken([keyed, event, keyed])).toBe(2);
    expect(taken([event, event, event], 0, 2)).toBe(2);
    expect(taken(Array(2000).fill(event), 0, 5000)).toBe(1024);
  });

  it('takes one event that is too large for a group, and nothing beside it', () => {
    const { engine, appender } = setUp({ segmentMaxBytes: 1000 });
    const large = queued(engine, new Uint8Array(5000));
    const group = new SubmitGroup(engine, appender, [large, large], 0, 9);
    expect(group.events).toEqual([large]);
    group.write();
    expect(group.receiptOf(0)).toMatchObject({ sequence: 0 });
  });

  it('writes what holds, in one write, and answers each event', () => {
    const { host, engine, appender } = setUp();
    const queue = [
      queued(engine, 1, { idempotencyKey: 'k' }),
      queued(engine, 2, { expected: 'none' }),
      queued(engine, 3, { expected: 0 }),
    ];
    const before = host.plan.count('write', '.fbat');
    const group = new SubmitGroup(engine, appender, queue, 0, 9);
    group.write();
    // One for the header of the segment.
    expect(host.plan.count('write', '.fbat') - before).toBe(2);
    expect([0, 1, 2].map((place) => group.receiptOf(place))).toMatchObject([
      { sequence: 0, clock: 0 },
      undefined,
      { sequence: 1, clock: 1 },
    ]);
    expect(group.answerOf(queue[1] as QueuedEvent, undefined)).toMatchObject({
      failure: { code: 'BATPAK_EXPECTATION_FAILED', actual: 0 },
    });
    const again = new SubmitGroup(engine, appender, queue, 0, 1);
    again.write();
    expect(again.receiptOf(0)).toBeUndefined();
    expect(again.answerOf(queue[0] as QueuedEvent, undefined)).toMatchObject({
      receipt: { sequence: 0, replayed: true },
    });
    expect(engine.index.count).toBe(2);
  });

  it('answers with the failure of the write, but for what is certain without it', () => {
    const { host, engine, appender } = setUp();
    const first = new SubmitGroup(
      engine,
      appender,
      [queued(engine, 0, { idempotencyKey: 'k' })],
      0,
      9,
    );
    first.write();
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    const queue = [
      queued(engine, 0, { idempotencyKey: 'k' }),
      queued(engine, 1, { expected: 7 }),
      queued(engine, 2),
      // True only if the one before it were stored.
      queued(engine, 3, { expected: 0 }),
    ];
    const group = new SubmitGroup(engine, appender, queue, 0, 9);
    const failure = thrownBy(() => group.write());
    expect(failure).toMatchObject({ code: 'BATPAK_DISK_FULL' });
    expect(queue.map((ticket) => group.answerOf(ticket, failure))).toMatchObject([
      { receipt: { replayed: true } },
      { failure: { code: 'BATPAK_EXPECTATION_FAILED' } },
      { failure },
      { failure },
    ]);
    expect(engine.index.count).toBe(1);
  });
});
