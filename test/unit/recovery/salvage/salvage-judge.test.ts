import { describe, expect, it } from 'vitest';
import { SalvageJudge } from '../../../../src/recovery/salvage/salvage-judge.ts';
import type { LogUnit } from '../../../../src/recovery/salvage/salvage-units.ts';

/** A single event that stands in the log at this sequence, unless something else is said. */
function unit(
  sequence: number,
  entity: string,
  clock: number,
  fields: Partial<LogUnit> = {},
): LogUnit {
  const time = { timestampUs: 1000 + 10 * sequence, counter: 0 };
  return {
    ...{ offset: 0, end: 0, from: sequence, to: sequence + 1, firstTime: time, lastTime: time },
    events: [{ entity, lane: 0, clock, hashed: true }],
    ...{ binding: undefined, gap: false },
    ...fields,
  };
}

function judgeAfter(...units: readonly LogUnit[]): SalvageJudge {
  const judge = new SalvageJudge(0, true, false);
  for (const one of units) {
    expect(judge.misfit(one)).toBeUndefined();
    if (one.from > judge.next) judge.lose(one.from);
    judge.take(one);
  }
  return judge;
}

describe('SalvageJudge', () => {
  it('lets what follows pass, and counts on', () => {
    const judge = judgeAfter(unit(0, 'a', 0), unit(1, 'b', 0), unit(2, 'a', 1));
    expect(judge.next).toBe(3);
    expect(judge.nextTime).toEqual({ timestampUs: 1020, counter: 1 });
  });

  it('refuses an earlier sequence and a time that was over', () => {
    const judge = judgeAfter(unit(0, 'a', 0), unit(1, 'a', 1));
    expect(judge.misfit(unit(1, 'a', 2))).toContain('sequence 1 where 2 belongs');
    const time = { timestampUs: 1010, counter: 0 };
    expect(judge.misfit(unit(2, 'a', 2, { firstTime: time }))).toBe('a time that was over');
    const next = { timestampUs: 1010, counter: 1 };
    expect(judge.misfit(unit(2, 'a', 2, { firstTime: next }))).toBeUndefined();
    // Behind a gap there must be room for the time of its record.
    expect(judge.misfit(unit(3, 'a', 2, { firstTime: next }))).toBe('a time that was over');
  });

  it('refuses hashes where there are none, and the other way round', () => {
    const events = [{ entity: 'a', lane: 0, clock: 0, hashed: false }];
    const judge = judgeAfter();
    expect(judge.misfit(unit(0, 'a', 0, { events }))).toBe('another hash chain');
    expect(new SalvageJudge(0, false, false).misfit(unit(0, 'a', 0, { events }))).toBeUndefined();
  });

  it('lets clocks jump by no more than the events that are lost in between', () => {
    const judge = judgeAfter(unit(0, 'a', 0), unit(3, 'b', 1));
    expect(judge.misfit(unit(4, 'a', 4))).toContain("clock 4 of 'a' where 1 belongs");
    expect(judge.misfit(unit(4, 'a', 3))).toBeUndefined();
    expect(judge.misfit(unit(4, 'a', 1))).toBeUndefined();
    expect(judge.misfit(unit(4, 'a', 0))).toContain('clock');
    expect(judge.misfit(unit(4, 'b', 3))).toContain('clock');
    expect(judge.misfit(unit(5, 'b', 3))).toBeUndefined();
  });

  it('follows clocks inside of a batch', () => {
    const batch = (...clocks: number[]): LogUnit => {
      const events = clocks.map((clock) => ({ entity: 'a', lane: 0, clock, hashed: true }));
      return unit(0, 'a', 0, { to: clocks.length, events });
    };
    expect(judgeAfter().misfit(batch(0, 1, 2))).toBeUndefined();
    expect(judgeAfter().misfit(batch(0, 2))).toContain('clock 2');
  });

  it('keeps lanes apart', () => {
    const events = [{ entity: 'a', lane: 1, clock: 0, hashed: true }];
    expect(judgeAfter(unit(0, 'a', 0)).misfit(unit(1, 'a', 0, { events }))).toBeUndefined();
  });

  it('knows nothing of clocks that began outside of what it walks', () => {
    const judge = new SalvageJudge(7, true, true);
    expect(judge.misfit(unit(7, 'a', 40))).toBeUndefined();
    judge.take(unit(7, 'a', 40));
    expect(judge.misfit(unit(8, 'a', 42))).toContain('clock 42');
  });

  it('goes on behind the time of what comes before it', () => {
    const judge = new SalvageJudge(7, true, true, { timestampUs: 1070, counter: 3 });
    expect(judge.misfit(unit(7, 'a', 40))).toBe('a time that was over');
    expect(judge.lose(8)).toMatchObject({ time: { timestampUs: 1070, counter: 4 } });
    expect(judge.misfit(unit(8, 'a', 41))).toBeUndefined();
  });

  it('refuses a second binding of a name or of a kind', () => {
    const name = (binding: LogUnit['binding'], at: number): LogUnit =>
      unit(at, '', 0, { to: at, events: [], binding });
    const judge = judgeAfter(name({ name: 'n', kind: 1 }, 0));
    const later = { firstTime: { timestampUs: 2000, counter: 0 } };
    const misfit = (binding: LogUnit['binding']) => judge.misfit({ ...name(binding, 0), ...later });
    expect(misfit({ name: 'n', kind: 2 })).toBe('a second binding');
    expect(misfit({ name: 'm', kind: 1 })).toBe('a second binding');
    expect(misfit({ name: 'n', kind: 1 })).toBeUndefined();
    expect(misfit({ name: 'm', kind: 2 })).toBeUndefined();
  });

  it('tells the gaps between two events of an entity what they swallowed', () => {
    const judge = judgeAfter(unit(0, 'a', 0), unit(1, 'b', 0));
    const first = judge.lose(3);
    judge.take(unit(3, 'b', 1));
    const second = judge.lose(5);
    judge.take(unit(5, 'a', 3));
    judge.take(unit(6, 'c', 1));
    const ofA = { entity: 'a', lane: 0, fromClock: 1, count: 2 };
    const ofC = { entity: 'c', lane: 0, fromClock: 0, count: 1 };
    expect(first).toMatchObject({ from: 1 + 1, count: 1, entities: [ofA, ofC] });
    expect(second).toMatchObject({ from: 4, count: 1, entities: [ofA, ofC] });
    expect(second.time).toEqual({ timestampUs: 1030, counter: 1 });
  });

  it('moves to the next microsecond when the counter is used up', () => {
    const time = { timestampUs: 1000, counter: 0xffff };
    expect(judgeAfter(unit(0, 'a', 0, { lastTime: time })).nextTime).toEqual({
      timestampUs: 1001,
      counter: 0,
    });
  });
});
