import { describe, expect, it } from 'vitest';
import { allow, defineGate, deny } from '../../../src/gates/gate.ts';
import { GateSet } from '../../../src/gates/gate-set.ts';
import { thrownBy } from '../../support/store-host.ts';

function gate(name: string, answers: boolean, asked: string[] = []) {
  return defineGate({
    name,
    version: 1,
    evaluate: () => {
      asked.push(name);
      return answers ? allow() : deny({ code: 'NO', reason: name });
    },
  });
}

describe('GateSet', () => {
  it('asks in order, up to the first that denies', () => {
    const asked: string[] = [];
    const set = GateSet.of([
      gate('a', true, asked),
      gate('b', false, asked),
      gate('c', true, asked),
    ]);
    expect(set.evaluate({}, {})).toMatchObject({ type: 'denied', gate: { name: 'b' } });
    expect(asked).toEqual(['a', 'b']);
    expect([set.size, set.names]).toEqual([3, ['a', 'b', 'c']]);
  });

  it('tells which have passed', () => {
    expect(GateSet.of([gate('a', true), gate('b', true)]).evaluate({}, {})).toEqual({
      type: 'allowed',
      gates: [
        { name: 'a', version: 1 },
        { name: 'b', version: 1 },
      ],
    });
  });

  it('tells what every gate says, one that throws included', () => {
    const broken = defineGate({
      name: 'broken',
      version: 1,
      evaluate: () => {
        throw new Error('boom');
      },
    });
    const verdicts = GateSet.of([gate('a', false), broken, gate('c', true)]).evaluateAll({}, {});
    expect(verdicts).toMatchObject([
      { type: 'denied', code: 'NO' },
      { type: 'denied', code: 'GATE_DEFECT' },
      { type: 'allowed', gate: { name: 'c' } },
    ]);
  });

  it('has nothing against anything when it is empty', () => {
    expect(GateSet.of([]).evaluate(undefined, {})).toEqual({ type: 'allowed', gates: [] });
  });

  it('refuses two gates of one name, too many, and what is no gate', () => {
    expect(thrownBy(() => GateSet.of([gate('a', true), gate('a', true)]))).toMatchObject({
      code: 'BATPAK_ARGUMENT_RANGE',
      field: 'gates[1].name',
      value: 'a',
    });
    const many = Array.from({ length: 256 }, (_, index) => gate(`g${index}`, true));
    expect(thrownBy(() => GateSet.of(many))).toMatchObject({ field: 'gates', value: 256 });
    expect(GateSet.of(many.slice(1)).size).toBe(255);
    for (const wrong of [{ ...gate('a', true) }, undefined, 'a']) {
      expect(thrownBy(() => GateSet.of([wrong as never]))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
        field: 'gates[0]',
      });
    }
    expect(thrownBy(() => GateSet.of('a' as never))).toMatchObject({ field: 'gates' });
  });
});
