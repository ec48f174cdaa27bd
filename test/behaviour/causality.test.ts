import { causalGraphToDot, causalGraphToMermaid, Region, StoreClosedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const sequences = (entries: Iterable<{ readonly sequence: number }>): number[] =>
  [...entries].map(({ sequence }) => sequence);
const stranger = '0193e5a0-0000-7000-8000-000000000000';

/** An order that causes two events, one of which causes a third; and a stranger's effect. */
function given(host = new StoreHost()) {
  const store = host.open();
  const order = store.append('order:1', someKind, 0);
  const because = (id: string) => ({ causationId: id, correlationId: order.eventId });
  const paid = store.append('payment:1', someKind, 1, because(order.eventId));
  const sent = store.append('parcel:1', someKind, 2, because(order.eventId));
  const mailed = store.append('mail:1', someKind, 3, because(paid.eventId));
  const foreign = store.append('order:1', someKind, 4, {
    ...{ causationId: stranger, correlationId: stranger },
  });
  return { host, store, order, paid, sent, mailed, foreign };
}

describe('causes and effects', () => {
  it('lead from one event to another, in both directions', () => {
    const { store, order, paid, mailed, foreign } = given();
    expect(sequences(store.effects(order.eventId))).toEqual([1, 2]);
    expect(sequences(store.effects(paid.eventId))).toEqual([3]);
    expect(sequences(store.effects(mailed.eventId))).toEqual([]);
    expect(sequences(store.causes(mailed.eventId))).toEqual([1]);
    expect(sequences(store.causes(order.eventId))).toEqual([]);
    expect(sequences(store.causes(foreign.eventId))).toEqual([]);
    expect(sequences(store.causes(stranger))).toEqual([]);
    expect(sequences(store.effects(stranger))).toEqual([4]);
  });

  it('take up what is appended after the first question, and are found after reopening', () => {
    const { host, store, order } = given();
    expect(sequences(store.effects(order.eventId))).toEqual([1, 2]);
    store.append('order:1', someKind, 5, { causationId: order.eventId });
    expect(sequences(store.effects(order.eventId))).toEqual([1, 2, 5]);
    store.close();
    expect(sequences(host.open().effects(order.eventId))).toEqual([1, 2, 5]);
  });

  it('of a conversation are the event that began it and all that bear its id', () => {
    const { store, order, paid } = given();
    expect(sequences(store.correlated(order.eventId))).toEqual([0, 1, 2, 3]);
    expect(sequences(store.correlated(paid.eventId))).toEqual([]);
    expect(sequences(store.correlated(stranger))).toEqual([4]);
  });
});

describe('the causal graph of a region', () => {
  it('has its events, what caused them, and who belongs together', () => {
    const { store, order, paid, sent, mailed, foreign } = given();
    const ids = [order, paid, sent, mailed, foreign].map(({ eventId }) => eventId);
    const graph = store.causalGraph(Region.all());
    expect(graph.nodes.map(({ eventId }) => eventId)).toEqual(ids);
    expect(graph.edges).toEqual([
      { cause: ids[0], effect: ids[1] },
      { cause: ids[0], effect: ids[2] },
      { cause: ids[1], effect: ids[3] },
      { cause: stranger, effect: ids[4] },
    ]);
    expect(graph.groups).toEqual([{ correlationId: ids[0], eventIds: ids.slice(0, 4) }]);
    expect(graph.truncated).toBe(false);
    expect(store.causalGraph(Region.all(), 2)).toMatchObject({
      nodes: { length: 2 },
      truncated: true,
    });
    expect(JSON.parse(JSON.stringify(graph)).edges).toHaveLength(4);
    expect(thrownBy(() => store.causalGraph(Region.all(), 0))).toMatchObject({ field: 'limit' });
  });

  it('is drawn as Mermaid and as DOT', () => {
    const { store } = given();
    const graph = store.causalGraph(Region.all());
    const mermaid = causalGraphToMermaid(graph);
    expect(mermaid).toContain('e1["1 payment#58;1 0x1abc"]');
    expect(mermaid).toContain(`e5(["${stranger}"])`);
    expect(mermaid).toContain('e5 --> e4');
    const dot = causalGraphToDot(graph);
    expect(dot).toContain('e1 [label="1 payment:1 0x1abc"];');
    expect(dot).toContain('e0 -> e1;');
  });
});

describe('the raw frame of an event', () => {
  it('is what stands on the disk, checked', () => {
    const { host, store, paid } = given();
    const { offset, length } = paid.position;
    const raw = store.readRaw(paid.eventId);
    expect(raw).toEqual(host.read('000001.fbat').slice(offset, offset + length));
    expect(store.readRaw(stranger)).toBeUndefined();
    host.flip('000001.fbat', offset + 30);
    expect(thrownBy(() => store.readRaw(paid.eventId))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
    });
  });
});

describe('reading of a closed store', () => {
  it('is refused by each of them', () => {
    const { store, order } = given();
    store.close();
    const { eventId } = order;
    for (const call of [
      () => store.readRaw(eventId),
      () => store.walkAncestors(eventId),
      () => store.causes(eventId),
      () => store.effects(eventId),
      () => store.correlated(eventId),
      () => store.causalGraph(Region.all()),
      () => store.explain(Region.all()),
    ]) {
      expect(thrownBy(call)).toBeInstanceOf(StoreClosedError);
    }
  });

  it('goes no further in a walk that had begun', () => {
    const store = new StoreHost().open();
    const [, last] = appendSome(store, 2);
    const walk = store.walkAncestors(last?.eventId ?? '')[Symbol.iterator]();
    expect(walk.next().value).toMatchObject({ sequence: 1 });
    store.close();
    expect(thrownBy(() => walk.next())).toBeInstanceOf(StoreClosedError);
  });
});
