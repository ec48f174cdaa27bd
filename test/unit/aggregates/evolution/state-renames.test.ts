import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { checkRenames, StateRenames } from '../../../../src/aggregates/evolution/state-renames.ts';
import { thrownBy } from '../../../support/store-host.ts';

const renames = new StateRenames({
  open: 'triage',
  work: 'doing',
  'work.paused': 'waiting.us',
  old: 'left.new',
});

describe('state renames', () => {
  it.each([
    ['"open"', '"triage"'],
    ['"other"', '"other"'],
    ['{"work":"one"}', '{"doing":"one"}'],
    ['{"work":"paused"}', '{"waiting":"us"}'],
    ['{"a":{"b":"c"},"d":"e"}', '{"a":{"b":"c"},"d":"e"}'],
    ['{"left":{},"work":{"x":"one","y":{}}}', '{"doing":{"x":"one","y":{}},"left":{}}'],
  ])('find %s the same as %s, each time', (then, now) => {
    expect(renames.same(then, now)).toBe(true);
    expect(renames.same(then, now)).toBe(true);
  });

  it.each([
    ['"open"', '"open2"'],
    ['"work"', '"work"x'.slice(0, -1)],
    ['{"work":"one"}', '{"doing":"two"}'],
    ['{"workshop":"one"}', '{"doing":"one"}'],
    ['{"left":{}}', '{"left":{},"right":{}}'],
  ])('find %s another than %s', (then, now) => {
    expect(renames.same(then, now)).toBe(then === now);
  });
});

describe('checkRenames', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { initial: 'b', states: { b: {}, 'c.d': {} } }, e: {} },
  });

  it('takes paths of states that the machine has', () => {
    const taken = { x: 'a', y: 'a.b', z: 'e', w: 'a.c.d' };
    expect(() => checkRenames(taken, machine)).not.toThrow();
  });

  it('names a state that the machine has not', () => {
    expect(thrownBy(() => checkRenames({ x: 'a.e' }, machine))).toMatchObject({
      code: 'BATPAK_ARGUMENT_RANGE',
      field: 'renames.x',
      value: 'a.e',
    });
    expect(thrownBy(() => checkRenames({ x: 7 }, machine))).toMatchObject({ field: 'renames.x' });
    expect(thrownBy(() => checkRenames('x', machine))).toMatchObject({ field: 'renames' });
  });
});
