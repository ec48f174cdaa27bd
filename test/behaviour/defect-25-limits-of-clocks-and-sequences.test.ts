import { LimitExceededError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { eventCountMax } from '../../src/indexes/columns.ts';
import type { EventIndex } from '../../src/indexes/event-index.ts';
import { Appender } from '../../src/store/write/append.ts';
import { prepareAppend } from '../../src/store/write/append-request.ts';
import { engineOf } from '../support/engine.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const refusal = { code: 'BATPAK_LIMIT_EXCEEDED', limit: 'events', max: eventCountMax };

/** Runs as if the index held so many events: to write them all would take days. */
function asIfItHeld<Answer>(index: EventIndex, count: number, run: () => Answer): Answer {
  Object.defineProperty(index, 'count', { configurable: true, get: () => count });
  try {
    return run();
  } finally {
    Reflect.deleteProperty(index, 'count');
  }
}

describe('the last sequence that there is', () => {
  it('is taken, and the one behind it refused', () => {
    const engine = engineOf(new StoreHost().open());
    const appender = new Appender(engine);
    const request = prepareAppend(engine, 'order:1', someKind, 1, undefined);
    const end = appender.headOf(request.entityId);
    engine.writer.prepare(1000);
    const stage = (sequence: number) =>
      appender.stage(request, sequence, end, engine.writer, undefined);
    expect(stage(eventCountMax - 1).sequence).toBe(0xffff_fffd);
    const thrown = thrownBy(() => stage(eventCountMax));
    expect(thrown).toBeInstanceOf(LimitExceededError);
    expect(thrown).toMatchObject({ ...refusal, actual: eventCountMax + 1, retryable: false });
  });

  it('keeps its width on the disk: neither sequence nor clock wraps around', () => {
    const engine = engineOf(new StoreHost().open());
    const appender = new Appender(engine);
    const request = prepareAppend(engine, 'order:1', someKind, 1, undefined);
    const head = appender.headOf(request.entityId);
    engine.writer.prepare(1000);
    const staged = appender.stage(
      request,
      eventCountMax - 1,
      { ...head, clock: eventCountMax - 2 },
      engine.writer,
      undefined,
    );
    const { bytes } = engine.writer.group;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(staged.clock).toBe(0xffff_fffd);
    expect(view.getBigUint64(8 + 12)).toBe(0xffff_fffdn);
    expect(view.getUint32(8 + 20)).toBe(0xffff_fffd);
  });
});

describe('a store that is full of events', () => {
  function given() {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    return { host, store, index: engineOf(store).index, before: host.content() };
  }

  it('refuses single events, batches and submits, and writes nothing', () => {
    const { host, store, index, before } = given();
    const item = { at: 'order:1', kind: someKind, payload: 1 };
    const outcomes = asIfItHeld(index, eventCountMax, () => {
      const single = thrownBy(() => store.append('order:1', someKind, 1));
      const batch = thrownBy(() => store.appendBatch([item]));
      const ticket = store.submit('order:1', someKind, 1);
      const submitted = thrownBy(() => ticket.wait());
      const fence = store.beginVisibilityFence();
      fence.submit('order:1', someKind, 1).then(undefined, () => undefined);
      const fenced = thrownBy(() => fence.commit());
      fence.cancel();
      return { single, batch, submitted, fenced };
    });
    expect(outcomes.single).toMatchObject(refusal);
    expect(outcomes.submitted).toMatchObject(refusal);
    expect(outcomes.batch).toMatchObject({ code: 'BATPAK_BATCH_FAILED', cause: refusal });
    expect(outcomes.fenced).toMatchObject({ code: 'BATPAK_BATCH_FAILED', cause: refusal });
    expect(host.content()).toEqual(before);
    expect(store.eventCount).toBe(2);
    expect(store.append('order:1', someKind, 1)).toMatchObject({ sequence: 2, clock: 2 });
    expect(store.verify()).toMatchObject({ ok: true, events: 3 });
  });

  it('takes a batch only if all of it has room', () => {
    const { host, store, index, before } = given();
    const item = { at: 'order:1', kind: someKind, payload: 1 };
    const thrown = asIfItHeld(index, eventCountMax - 2, () =>
      thrownBy(() => store.appendBatch([item, item, item])),
    );
    expect(thrown).toMatchObject({ code: 'BATPAK_BATCH_FAILED', cause: refusal });
    expect(host.content()).toEqual(before);
  });

  it('refuses a group of submits of which the last has no room', () => {
    const { host, store, index } = given();
    const [first, second] = asIfItHeld(index, eventCountMax - 1, () => {
      const tickets = [1, 2].map((n) => store.submit('order:1', someKind, n));
      const group = thrownBy(() => tickets[0]?.wait());
      return [group, thrownBy(() => tickets[1]?.wait())];
    });
    // The group is one write: what is refused for the last of its events is refused for all.
    expect([first, second]).toMatchObject([refusal, refusal]);
    expect(store.eventCount).toBe(2);
    expect(host.killed().open().eventCount).toBe(2);
  });
});
