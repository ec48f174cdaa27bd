import { describe, expect, it } from 'vitest';
import { type PreparedItem, prepareItem } from '../../../../src/store/write/append-batch.ts';
import { Outbox, type OutboxTarget } from '../../../../src/store/write/outbox.ts';
import { QueuedBatch } from '../../../../src/store/write/ticket.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const engine = engineOf(new StoreHost().open());

/** A target that takes everything, and gives it back when it is told to. */
class Target implements OutboxTarget {
  readonly limits = { maxSize: 4, maxBytes: 50 };
  readonly batches: (readonly PreparedItem[])[] = [];
  readonly backs: (() => void)[] = [];
  released = 0;
  refuses = false;

  prepare(...[item, before]: Parameters<OutboxTarget['prepare']>): PreparedItem {
    return prepareItem(engine, item, before);
  }
  release(): void {
    this.released += 1;
  }
  store(items: readonly PreparedItem[]): () => [] {
    this.#take(items);
    return () => [];
  }
  submit(...[items, , takeBack]: Parameters<OutboxTarget['submit']>): QueuedBatch {
    this.#take(items);
    this.backs.push(takeBack);
    const keeper = { writeNow: () => undefined, syncNow: () => undefined };
    return new QueuedBatch({ ...keeper, whenDurable: () => undefined }, false, items, takeBack);
  }
  #take(items: readonly PreparedItem[]): void {
    if (this.refuses) throw new Error('refused');
    this.batches.push(items);
  }
}

const stage = (outbox: Outbox, cause?: number): number =>
  outbox.stageItem({
    at: 'a',
    kind: someKind,
    payload: 1,
    ...(cause === undefined ? {} : { causation: { item: cause } }),
  });

describe('Outbox', () => {
  it('moves causes along when it joins what came back with what was staged since', () => {
    const target = new Target();
    const outbox = new Outbox(target);
    stage(outbox);
    void outbox.submitFlush();
    stage(outbox);
    stage(outbox, 0);
    target.backs[0]?.();
    outbox.flush();
    expect(target.batches[1]?.map(({ causedBy }) => causedBy)).toEqual([undefined, undefined, 1]);
  });

  it('counts causes from the last flush, also when items came back', () => {
    const target = new Target();
    const outbox = new Outbox(target);
    stage(outbox);
    void outbox.submitFlush();
    target.backs[0]?.();
    expect(thrownBy(() => stage(outbox, 0))).toMatchObject({ field: 'causation.item' });
    stage(outbox);
    stage(outbox, 0);
    expect(outbox.length).toBe(3);
  });

  it('lets go of an item that is too large, and takes the next', () => {
    const target = new Target();
    const outbox = new Outbox(target);
    const large = { at: 'a', kind: someKind, payload: 'x'.repeat(60) };
    expect(thrownBy(() => outbox.stageItem(large))).toMatchObject({ limit: 'batch.maxBytes' });
    expect([target.released, outbox.length]).toEqual([1, 0]);
    stage(outbox);
    expect(outbox.length).toBe(1);
  });

  it('keeps what a target refuses at once', () => {
    const target = new Target();
    const outbox = new Outbox(target);
    stage(outbox);
    target.refuses = true;
    expect(() => outbox.flush()).toThrow('refused');
    expect(() => outbox.submitFlush()).toThrow('refused');
    expect(outbox.length).toBe(1);
  });
});
