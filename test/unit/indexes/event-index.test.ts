import { describe, expect, it } from 'vitest';
import { EventIndex, type IndexedEvent } from '../../../src/indexes/event-index.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';

function eventOf(index: EventIndex, entity: string, changes: Partial<IndexedEvent> = {}) {
  const entityId = index.entities.intern(entity);
  const event: IndexedEvent = {
    kind: 0x1000,
    entityId,
    scopeId: index.scopes.intern('default'),
    clock: index.heads.clock(entityId) + 1,
    offset: 100 * index.count,
    length: 100,
    timestampUs: 1_000 + index.count,
    idBytes: new Uint8Array(20).fill(index.count + 1),
    idAt: 4,
    keyBytes: undefined,
    keyAt: 0,
    hash: new Uint8Array(40).fill(index.count + 1),
    hashAt: 8,
  };
  return { ...event, ...changes };
}

const always = (): boolean => true;
const same = (): number => 0;

describe('EventIndex', () => {
  it('gives events the next sequence and links those of an entity', () => {
    const index = new EventIndex(1);
    for (const entity of ['a', 'b', 'a', 'a', 'b']) index.push(eventOf(index, entity));
    expect(index.count).toBe(5);
    expect([0, 1, 2, 3, 4].map((each) => index.columns.previous(each))).toEqual([-1, -1, 0, 2, 1]);
    expect([0, 1, 2, 3, 4].map((each) => index.columns.clock(each))).toEqual([0, 0, 1, 2, 1]);
    const [a = -1, b = -1] = ['a', 'b'].map((entity) => index.entities.find(entity));
    expect([index.heads.sequence(a), index.heads.sequence(b)]).toEqual([3, 4]);
    expect(index.heads.hashes[index.heads.hashStart(a)]).toBe(4);
  });

  it('finds events by id, and by idempotency key where they have one', () => {
    const index = new EventIndex(1);
    const key = new Uint8Array(18).fill(0xee);
    index.push(eventOf(index, 'a'));
    index.push(eventOf(index, 'a', { keyBytes: key, keyAt: 2 }));
    expect(index.ids.find(new Uint8Array(16).fill(1), 0, same)).toBe(0);
    expect(index.ids.find(new Uint8Array(16).fill(2), 0, same)).toBe(1);
    expect(index.ids.find(new Uint8Array(16).fill(3), 0, same)).toBe(-1);
    expect(index.keys.find(new Uint8Array(16).fill(0xee), 0, always)).toBe(1);
    expect(index.keys.find(new Uint8Array(16).fill(1), 0, always)).toBe(-1);
  });

  it('takes events whose clocks another program gave, as long as they rise', () => {
    const index = new EventIndex(1);
    index.pushForeign(eventOf(index, 'a', { clock: 3 }));
    index.pushForeign(eventOf(index, 'a', { clock: 9 }));
    expect(() => index.pushForeign(eventOf(index, 'a', { clock: 9 }))).toThrow(AssertionFailure);
    index.push(eventOf(index, 'a'));
    expect([0, 1, 2].map((each) => index.columns.clock(each))).toEqual([3, 9, 10]);
    expect(index.columns.previous(1)).toBe(0);
  });

  it('asserts that clocks of an entity are dense, and stays as it was', () => {
    const index = new EventIndex(1);
    index.push(eventOf(index, 'a'));
    for (const clock of [0, 2]) {
      expect(() => index.push(eventOf(index, 'a', { clock }))).toThrow(AssertionFailure);
    }
    expect(index.count).toBe(1);
    index.push(eventOf(index, 'a'));
    expect(index.columns.clock(1)).toBe(1);
  });

  it('passes over holes, which count as sequences and not as events', () => {
    const index = new EventIndex(1);
    index.push(eventOf(index, 'a'));
    index.pushHole(3, 700);
    index.push(eventOf(index, 'a', { clock: 3 }));
    index.push(eventOf(index, 'b', { clock: 1 }));
    expect([index.count, index.eventCount]).toEqual([6, 3]);
    expect([0, 1, 2, 3, 4].map((each) => index.columns.isHole(each))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(index.columns.offset(2)).toBe(700);
    expect(index.columns.previous(4)).toBe(0);
    expect(index.holes.all).toEqual([{ from: 1, count: 3 }]);
  });

  it('lets clocks jump over holes, by no more than they are long', () => {
    const index = new EventIndex(1);
    index.push(eventOf(index, 'a'));
    expect(index.mayJump(0, 1)).toBe(false);
    index.pushHole(2, 0);
    expect([0, 1, 2, 3, -1].map((clocks) => index.mayJump(0, clocks))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(index.mayJump(-1, 2)).toBe(true);
    index.push(eventOf(index, 'b'));
    expect(index.mayJump(3, 1)).toBe(false);
    expect(() => index.push(eventOf(index, 'a', { clock: 4 }))).toThrow(AssertionFailure);
    index.push(eventOf(index, 'a', { clock: 2 }));
    expect(index.heads.clock(index.entities.find('a') ?? -1)).toBe(2);
  });
});
