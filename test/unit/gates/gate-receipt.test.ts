import { describe, expect, it } from 'vitest';
import { gateMachine } from '../../../machines/gate.ts';
import { GateReceipt, issuedOf, issueReceipt } from '../../../src/gates/gate-receipt.ts';
import { JudgedValue } from '../../../src/gates/judged-value.ts';
import { Stepper, stepTable } from '../../../src/inspect/step-table.ts';
import { thrownBy } from '../../support/store-host.ts';

const issued = {
  by: {},
  stepper: new Stepper(stepTable(gateMachine)),
  payload: JudgedValue.of({ cents: 1 }),
  decision: new Uint8Array(1),
  facts: {
    receiptId: 'id',
    gates: [{ name: 'g', version: 1 }],
    bypass: undefined,
    contextHash: 'c',
    payloadHash: 'p',
  },
};

describe('GateReceipt', () => {
  it('shows what was decided, frozen, and gives back what it stands for', () => {
    const receipt = issueReceipt(issued);
    expect(receipt).toMatchObject({
      type: 'approved',
      id: 'id',
      gates: issued.facts.gates,
      bypass: undefined,
      contextHash: 'c',
      payloadHash: 'p',
      payload: { cents: 1 },
    });
    expect(Object.isFrozen(receipt)).toBe(true);
    expect(issuedOf(receipt)).toBe(issued);
    const bypass = { name: 'n', justification: 'j' };
    expect(issueReceipt({ ...issued, facts: { ...issued.facts, bypass } }).type).toBe('bypassed');
  });

  it('is no receipt unless it was issued', () => {
    const receipt = issueReceipt(issued);
    const Made: unknown = receipt.constructor;
    const others: unknown[] = [
      { ...receipt, payload: receipt.payload },
      structuredClone(receipt),
      Object.create(receipt),
      Object.create(GateReceipt.prototype),
      new Proxy(receipt, {}),
      JSON.parse(JSON.stringify(receipt)),
      undefined,
      null,
      'id',
    ];
    for (const other of others) {
      expect(thrownBy(() => issuedOf(other))).toMatchObject({ code: 'BATPAK_FORGED_GATE_RECEIPT' });
    }
    class Own extends (Made as new (...given: unknown[]) => object) {}
    for (const given of [[], [Symbol('made by a pipeline'), issued], [issued]]) {
      expect(thrownBy(() => new Own(...given))).toMatchObject({
        code: 'BATPAK_FORGED_GATE_RECEIPT',
      });
    }
  });
});
