import { type EventSource, Region } from 'batpak';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CausalReads, type CausalReadsUnderTest, causalContract } from './causal-reads.ts';

/** A source of events, and the way that events get into it. */
export interface EventSourceUnderTest extends CausalReadsUnderTest {
  readonly source: EventSource & CausalReads;
  dispose(): void;
}

const sequencesOf = (entries: Iterable<{ readonly sequence: number }>): number[] =>
  [...entries].map(({ sequence }) => sequence);

/** What every source of events does: the suite to run on each of them. */
export function eventSourceContract(name: string, make: () => EventSourceUnderTest): void {
  describe(`EventSource contract: ${name}`, () => {
    let tested: EventSourceUnderTest | undefined;
    const given = (): EventSourceUnderTest => {
      if (tested === undefined) throw new Error('a source is given inside a test only');
      return tested;
    };
    beforeEach(() => {
      tested = make();
    });
    afterEach(() => tested?.dispose());

    describe('without events', () => emptyContract(given));
    describe('events', () => eventsContract(given));
    describe('paging', () => pagingContract(given));
    describe('the head of an entity', () => headContract(given));
    describe('what led to what', () => causalContract(given));
  });
}

function emptyContract(given: () => EventSourceUnderTest): void {
  it('answers nothing', () => {
    const { source } = given();
    expect([...source.query(Region.all())]).toEqual([]);
    expect([...source.events(Region.all())]).toEqual([]);
    expect(source.head('a')).toBeUndefined();
  });
}

function eventsContract(given: () => EventSourceUnderTest): void {
  it('come in the order in which they were added, with what they were given', () => {
    const { source, append } = given();
    const ids = [append('a', 0x1000, { n: 1 }), append({ entity: 'b', scope: 's' }, 0x2000, [2])];
    const [first, second] = [...source.events(Region.all())];
    expect(first).toMatchObject({
      eventId: ids[0],
      sequence: 0,
      clock: 0,
      entity: 'a',
      scope: 'default',
      kind: 0x1000,
      payload: { n: 1 },
    });
    expect(second).toMatchObject({ eventId: ids[1], sequence: 1, scope: 's', payload: [2] });
  });

  it('are the same as their entries', () => {
    const { source, append } = given();
    for (const entity of ['a', 'b', 'a']) append(entity, 0x1000, entity);
    const facts = (
      read: Iterable<{ eventId: string; sequence: number; clock: number; entity: string }>,
    ) =>
      [...read].map(({ eventId, sequence, clock, entity }) => [eventId, sequence, clock, entity]);
    expect(facts(source.query(Region.all()))).toEqual(facts(source.events(Region.all())));
  });

  it('are those of the region and no others', () => {
    const { source, append } = given();
    append({ entity: 'order', scope: 's' }, 0x1000, 1);
    append({ entity: 'order:1', scope: 's' }, 0x2000, 2);
    append({ entity: 'orders', scope: 't' }, 0x1000, 3);
    append({ entity: 'order:1', scope: 't' }, 0x1000, 4);
    const regions: readonly [Region, readonly number[]][] = [
      [Region.all(), [0, 1, 2, 3]],
      [Region.entity('order:1'), [1, 3]],
      [Region.namespace('order'), [0, 1, 3]],
      [Region.prefix('orders'), [2]],
      [Region.all().withScope('t'), [2, 3]],
      [Region.all().withKind(0x1000), [0, 2, 3]],
      [Region.entity('order:1').withClock({ from: 1 }), [3]],
      [Region.namespace('order').withScope('s').withCategory(2), [1]],
      [Region.entity('none'), []],
    ];
    for (const [region, expected] of regions) {
      expect(sequencesOf(source.query(region))).toEqual(expected);
      expect(sequencesOf(source.events(region))).toEqual(expected);
    }
  });

  it('that are added while others are read come in the next reading', () => {
    const { source, append } = given();
    append('a', 0x1000, 1);
    const events = source.events(Region.entity('a'));
    const seen: number[] = [];
    for (const { sequence } of events) {
      seen.push(sequence);
      append('a', 0x1000, 2);
    }
    expect(seen).toEqual([0]);
    expect(sequencesOf(events)).toEqual([0, 1]);
  });
}

function pagingContract(given: () => EventSourceUnderTest): void {
  it('begins after a sequence, ends before one or at a limit, and goes backwards', () => {
    const { source, append } = given();
    for (let index = 0; index < 6; index += 1) append(index % 2 === 0 ? 'a' : 'b', 0x1000, index);
    const region = Region.entity('a');
    for (const read of [
      (options: object) => sequencesOf(source.query(region, options)),
      (options: object) => sequencesOf(source.events(region, options)),
    ]) {
      expect(read({})).toEqual([0, 2, 4]);
      expect(read({ after: 0 })).toEqual([2, 4]);
      expect(read({ after: 1, limit: 1 })).toEqual([2]);
      expect(read({ after: 4 })).toEqual([]);
      expect(read({ limit: 0 })).toEqual([]);
      expect(read({ reverse: true })).toEqual([4, 2, 0]);
      expect(read({ reverse: true, after: 4, limit: 1 })).toEqual([2]);
      expect(read({ reverse: true, after: 0 })).toEqual([]);
      expect(read({ before: 4 })).toEqual([0, 2]);
      expect(read({ before: 0 })).toEqual([]);
      expect(read({ before: 99 })).toEqual([0, 2, 4]);
      expect(read({ after: 0, before: 3 })).toEqual([2]);
      expect(read({ after: 3, before: 2 })).toEqual([]);
      expect(read({ reverse: true, before: 0 })).toEqual([4, 2]);
      expect(read({ reverse: true, after: 4, before: 0 })).toEqual([2]);
    }
  });
}

function headContract(given: () => EventSourceUnderTest): void {
  it('is the clock and sequence of its last event', () => {
    const { source, append } = given();
    append('a', 0x1000, 1);
    append('b', 0x1000, 1);
    append({ entity: 'a', scope: 's' }, 0x1000, 2);
    expect(source.head('a')).toEqual({ clock: 1, sequence: 2 });
    expect(source.head('b')).toEqual({ clock: 0, sequence: 1 });
    expect(source.head('c')).toBeUndefined();
  });
}
