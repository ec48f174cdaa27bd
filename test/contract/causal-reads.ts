import { type AppendOptions, type At, Region, type Store } from 'batpak';
import { expect, it } from 'vitest';

/** What follows causes and checks chains, on every store alike. */
export type CausalReads = Pick<
  Store,
  'walkAncestors' | 'causes' | 'effects' | 'correlated' | 'causalGraph' | 'verify'
>;

/** A source that has causal reads, and the way that events get into it. */
export interface CausalReadsUnderTest {
  readonly source: CausalReads;
  /** Adds the next event. @returns its id */
  append(at: At, kind: number, payload: unknown, options?: AppendOptions): string;
}

const stranger = '0193e5a0-0000-7000-8000-000000000000';

const sequencesOf = (entries: Iterable<{ readonly sequence: number }>): number[] =>
  [...entries].map(({ sequence }) => sequence);

/** An order (0), its payment (1), its parcel (2), the payment's mail (3), the order's end (4). */
function conversation({ append }: CausalReadsUnderTest): string[] {
  const order = append('order:1', 0x1000, 0);
  const because = (causationId: string) => ({ causationId, correlationId: order });
  const paid = append('payment:1', 0x1001, 1, because(order));
  const sent = append('parcel:1', 0x1001, 2, because(order));
  const mailed = append('mail:1', 0x1002, 3, because(paid));
  const ended = append('order:1', 0x1003, 4, { causationId: stranger });
  return [order, paid, sent, mailed, ended];
}

/** What every store that is read answers of causes, ancestors and damage. */
export function causalContract(given: () => CausalReadsUnderTest): void {
  it('leads from an event to what caused it, and to what it caused', () => {
    const tested = given();
    const { source } = tested;
    const [order = '', paid = '', , mailed = '', ended = ''] = conversation(tested);
    expect(sequencesOf(source.causes(mailed))).toEqual([1]);
    expect(sequencesOf(source.causes(order))).toEqual([]);
    expect(sequencesOf(source.causes(ended))).toEqual([]);
    expect(sequencesOf(source.effects(order))).toEqual([1, 2]);
    expect(sequencesOf(source.effects(paid))).toEqual([3]);
    expect(sequencesOf(source.effects(mailed))).toEqual([]);
    expect(sequencesOf(source.effects(stranger))).toEqual([4]);
    tested.append('parcel:2', 0x1001, 5, { causationId: order });
    expect(sequencesOf(source.effects(order))).toEqual([1, 2, 5]);
  });

  it('gathers a conversation, and draws it as a graph', () => {
    const tested = given();
    const { source } = tested;
    const [order = '', paid = '', sent = '', mailed = '', ended = ''] = conversation(tested);
    expect(sequencesOf(source.correlated(order))).toEqual([0, 1, 2, 3]);
    expect(sequencesOf(source.correlated(stranger))).toEqual([]);
    expect(source.causalGraph(Region.all())).toMatchObject({
      nodes: [order, paid, sent, mailed, ended].map((eventId) => ({ eventId })),
      edges: [
        { cause: order, effect: paid },
        { cause: order, effect: sent },
        { cause: paid, effect: mailed },
        { cause: stranger, effect: ended },
      ],
      groups: [{ correlationId: order, eventIds: [order, paid, sent, mailed] }],
      truncated: false,
    });
    expect(source.causalGraph(Region.all().withKind(0x1001))).toMatchObject({
      nodes: [{ sequence: 1 }, { sequence: 2 }],
    });
    expect(source.causalGraph(Region.all(), 2)).toMatchObject({ truncated: true });
  });

  it('walks from an event back through its entity, and no other', () => {
    const tested = given();
    const { source } = tested;
    const [order = '', , , , ended = ''] = conversation(tested);
    const last = tested.append('order:1', 0x1000, 5);
    expect(sequencesOf(source.walkAncestors(last))).toEqual([5, 4, 0]);
    expect(sequencesOf(source.walkAncestors(ended))).toEqual([4, 0]);
    expect(sequencesOf(source.walkAncestors(last, 2))).toEqual([5, 4]);
    const region = Region.all().withKind(0x1000);
    expect(sequencesOf(source.walkAncestors(last, { region }))).toEqual([5, 0]);
    expect(sequencesOf(source.walkAncestors(order))).toEqual([0]);
    expect(sequencesOf(source.walkAncestors(stranger))).toEqual([]);
    const payloads = [...source.walkAncestors(last)].map(({ payload }) => payload);
    expect(payloads).toEqual([5, 4, 0]);
  });

  it('verifies a region', () => {
    const tested = given();
    conversation(tested);
    const answerOf = (region?: Region) => {
      const { ok, events, entities, errors } = tested.source.verify(region);
      return { ok, events, entities, errors };
    };
    const sound = { ok: true, errors: [] };
    expect(answerOf()).toEqual({ ...sound, events: 5, entities: 4 });
    expect(answerOf(Region.entity('order:1'))).toEqual({ ...sound, events: 2, entities: 1 });
    expect(answerOf(Region.prefix('p'))).toEqual({ ...sound, events: 2, entities: 2 });
    expect(answerOf(Region.all().withKind(0x1003))).toMatchObject({ events: 1 });
    expect(answerOf(Region.entity('none'))).toEqual({ ...sound, events: 0, entities: 0 });
  });
}
