import { describe, expect, it } from 'vitest';
import {
  effectKey,
  nothingPending,
  pendingAfter,
  pendingWithout,
} from '../../../../src/aggregates/effects/pending.ts';
import type { Effect } from '../../../../src/aggregates/stepping/effect.ts';

const event = { type: 'rang' };
const set = (timer: string | undefined, dueAtUs: number): Effect =>
  timer === undefined ? { do: 'set', dueAtUs, event } : { do: 'set', timer, dueAtUs, event };
const start = (actor: string): Effect => ({ do: 'start', actor, src: 'work', input: 1 });

describe('what an aggregate waits for', () => {
  it('is what its events set and started, by event and place', () => {
    const effects = [{ do: 'run', action: 'told' } as const, set('a', 5), start('x')];
    expect(pendingAfter(nothingPending, effects, 'e1')).toEqual({
      timers: [{ key: 'e1:1', id: 'a', dueAtUs: 5, event }],
      actors: [{ key: 'e1:2', id: 'x', src: 'work', input: 1 }],
    });
    expect(effectKey('e1', 2)).toBe('e1:2');
  });

  it('is the newer of two under one id, whatever the order within an event', () => {
    const first = pendingAfter(nothingPending, [set('a', 5), start('x')], 'e1');
    const second = pendingAfter(first, [set('a', 9), start('x')], 'e2');
    expect(second.timers.map(({ key }) => key)).toEqual(['e2:0']);
    expect(second.actors.map(({ key }) => key)).toEqual(['e2:1']);
    const reentered: Effect[] = [{ do: 'cancel', timer: 'a' }, set('a', 3)];
    expect(pendingAfter(second, reentered, 'e3').timers.map(({ key }) => key)).toEqual(['e3:1']);
  });

  it('keeps each timer that has no id', () => {
    const twice = pendingAfter(nothingPending, [set(undefined, 1), set(undefined, 2)], 'e1');
    expect(twice.timers.map(({ id }) => id)).toEqual(['e1:0', 'e1:1']);
  });

  it('is less what is cancelled, stopped or over, and nothing at the end', () => {
    const effects = [set('a', 1), set('b', 2), start('x'), start('y')];
    const some = pendingAfter(nothingPending, effects, 'e1');
    const less = pendingAfter(
      some,
      [
        { do: 'cancel', timer: 'a' },
        { do: 'stop', actor: 'y' },
        { do: 'cancel', timer: 'unknown' },
      ],
      'e2',
    );
    expect([less.timers.length, less.actors.length]).toEqual([1, 1]);
    expect(pendingAfter(some, [{ do: 'end' }], 'e2')).toBe(nothingPending);
    expect(pendingWithout(some, { of: 'timer', key: 'e1:1', id: 'b' }).timers).toHaveLength(1);
    expect(pendingWithout(some, { of: 'actor', key: 'e1:1', id: 'b' })).toBe(some);
  });

  it('finds by id what was set under another key, as after an import', () => {
    const some = pendingAfter(nothingPending, [set('a', 1), start('x')], 'new');
    expect(pendingWithout(some, { of: 'timer', key: 'old:0', id: 'a' }).timers).toEqual([]);
    expect(pendingWithout(some, { of: 'actor', key: 'old:1', id: 'x' }).actors).toEqual([]);
  });

  it('stays the same object when an event asks for nothing', () => {
    const some = pendingAfter(nothingPending, [set('a', 1)], 'e1');
    expect(pendingAfter(some, [], 'e2')).toBe(some);
    expect(Object.isFrozen(some)).toBe(true);
  });
});
