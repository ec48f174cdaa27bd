import { describe, expect, it } from 'vitest';
import { Appender } from '../../../../src/store/write/append.ts';
import { prepareItems } from '../../../../src/store/write/append-batch.ts';
import { prepareAppend } from '../../../../src/store/write/append-request.ts';
import { SubmitQueue } from '../../../../src/store/write/submit-queue.ts';
import { WriteTurn } from '../../../../src/store/write/write-turn.ts';
import { engineOf } from '../../../support/engine.ts';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const setUp = (options: HostOptions = {}) => {
  const host = new StoreHost();
  const engine = engineOf(host.open(options));
  const turn = new WriteTurn(engine, () => undefined);
  const queue = new SubmitQueue(engine, new Appender(engine), turn);
  const add = (payload: unknown, durable = false) =>
    queue.add(prepareAppend(engine, 'a', someKind, payload, undefined), durable);
  const item = { at: 'b', kind: someKind, payload: 1 };
  const addBatch = (count: number, takeBack?: () => void) =>
    queue.addBatch(prepareItems(engine, Array(count).fill(item)), false, takeBack);
  return { host, engine, turn, queue, add, addBatch };
};

describe('SubmitQueue', () => {
  it('counts events, and writes them in the order in which they came', () => {
    const { engine, queue, add, addBatch } = setUp();
    const tickets = [add(1), addBatch(3), add(2)];
    expect([queue.length, engine.index.count]).toEqual([5, 0]);
    queue.writeNow();
    expect([queue.length, engine.index.count]).toEqual([0, 5]);
    expect(tickets.map((ticket) => ticket.through)).toEqual([1, 4, 5]);
  });

  it('drains no more events than it is told, and no part of a batch', () => {
    const { engine, queue, add, addBatch } = setUp();
    const tickets = [add(1), add(2), addBatch(3), add(3)];
    queue.drain(1);
    expect(engine.index.count).toBe(1);
    // One event, and room for two of the batch's three.
    queue.drain(3);
    expect(engine.index.count).toBe(2);
    queue.drain(3);
    expect([engine.index.count, queue.length]).toEqual([5, 1]);
    queue.fail('closed');
    expect([queue.length, tickets[3]?.failure]).toEqual([0, 'closed']);
  });

  it('gives the items of a failed batch back before its ticket fails', () => {
    const { queue, addBatch } = setUp();
    const seen: boolean[] = [];
    const ticket = addBatch(1, () => seen.push(ticket.settled));
    queue.fail('closed');
    expect([seen, ticket.settled]).toEqual([[false], true]);
  });

  it('makes room by events and by bytes', () => {
    const { engine, queue, add } = setUp({
      writer: { channelCapacity: 3 },
      singleAppendMaxBytes: 64 * 1024 * 1024,
    });
    for (let n = 0; n < 3; n += 1) add(n);
    expect(queue.pressed).toBe(true);
    queue.makeRoom();
    expect([engine.index.count, queue.length, queue.pressed]).toEqual([3, 0, false]);
    add(new Uint8Array(63 * 1024 * 1024));
    queue.makeRoom();
    expect(queue.length).toBe(1);
    add(new Uint8Array(1024 * 1024));
    queue.makeRoom();
    expect(queue.length).toBe(1);
    queue.makeRoom();
    expect(engine.index.count).toBe(4);
  });

  it('syncs for a ticket that is waited for, unless that is done', () => {
    const { host, engine, queue, add } = setUp();
    const ticket = add(1, true);
    expect(ticket.wait().durability).toBe('durable');
    const syncs = host.plan.count('sync', '.fbat');
    queue.syncNow(1);
    expect([host.plan.count('sync', '.fbat') - syncs, engine.writer.durableEvents]).toEqual([0, 1]);
  });

  it('writes nothing inside another write', () => {
    const { turn, queue, add } = setUp();
    add(1);
    turn.begin('append');
    expect(thrownBy(() => queue.writeNow())).toMatchObject({ code: 'BATPAK_NESTED_WRITE' });
    turn.end();
    queue.writeNow();
    expect(queue.length).toBe(0);
  });

  it('syncs as it goes when nobody lets the loop turn, and so bounds what is at risk', () => {
    const { engine, queue, add } = setUp({ sync: { everyNEvents: 10 } });
    let behind = 0;
    for (let n = 0; n < 100; n += 1) {
      add(n);
      queue.writeNow();
      behind = Math.max(behind, engine.index.count - engine.writer.durableEvents);
    }
    expect(behind).toBe(39);
  });
});
