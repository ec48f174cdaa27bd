import { describe, expect, it } from 'vitest';
import { allow, defineGate, deny, isGateAnswer } from '../../../src/gates/gate.ts';
import { thrownBy } from '../../support/store-host.ts';

const options = { name: 'g', version: 1, evaluate: () => allow() };

describe('defineGate', () => {
  it('makes a frozen gate, described by nothing unless told otherwise', () => {
    const gate = defineGate(options);
    expect(gate).toMatchObject({ name: 'g', version: 1, description: '' });
    expect(Object.isFrozen(gate)).toBe(true);
  });

  it.each([
    [{ ...options, name: '' }, 'name', 'RANGE'],
    [{ ...options, name: 'x'.repeat(256) }, 'name', 'RANGE'],
    [{ ...options, name: 7 }, 'name', 'TYPE'],
    [{ ...options, version: 0 }, 'version', 'RANGE'],
    [{ ...options, version: 65_536 }, 'version', 'RANGE'],
    [{ ...options, version: '1' }, 'version', 'RANGE'],
    [{ ...options, description: 1 }, 'description', 'TYPE'],
    [{ ...options, evaluate: true }, 'evaluate', 'TYPE'],
    [{ ...options, evaluator: 1 }, 'options.evaluator', 'TYPE'],
    [null, 'options', 'TYPE'],
  ])('refuses %j', (wrong, field, kind) => {
    expect(thrownBy(() => defineGate(wrong as never))).toMatchObject({
      code: `BATPAK_ARGUMENT_${kind}`,
      field,
    });
  });
});

describe('deny', () => {
  it('keeps a frozen copy of its facts', () => {
    const facts = { left: [1] };
    const denied = deny({ code: 'NO', reason: 'because', facts });
    facts.left.push(2);
    expect(denied).toEqual({ type: 'denied', code: 'NO', reason: 'because', facts: { left: [1] } });
    expect([denied, denied.facts, denied.facts['left']].every(Object.isFrozen)).toBe(true);
    expect(deny({ code: 'NO', reason: '' }).facts).toEqual({});
  });

  it.each([
    [{ code: '', reason: 'r' }, 'code', 'RANGE'],
    [{ code: 'GATE_DEFECT', reason: 'r' }, 'code', 'RANGE'],
    [{ code: 'NO' }, 'reason', 'TYPE'],
    [{ code: 'NO', reason: 'r', facts: 1 }, 'facts', 'TYPE'],
    [{ code: 'NO', reason: 'r', fact: {} }, 'options.fact', 'TYPE'],
    [undefined, 'options', 'TYPE'],
  ])('refuses %j', (wrong, field, kind) => {
    expect(thrownBy(() => deny(wrong as never))).toMatchObject({
      code: `BATPAK_ARGUMENT_${kind}`,
      field,
    });
  });
});

describe('isGateAnswer', () => {
  it('knows what allow and deny have returned, and nothing that looks like it', () => {
    const denied = deny({ code: 'NO', reason: '' });
    expect([allow(), denied].map(isGateAnswer)).toEqual([true, true]);
    const wrong = [{ ...allow() }, { ...denied }, true, undefined, null, 'allowed'];
    expect(wrong.map(isGateAnswer)).not.toContain(true);
  });
});
