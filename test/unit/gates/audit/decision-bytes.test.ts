import { describe, expect, it } from 'vitest';
import { decodeDecision, encodeDecision } from '../../../../src/gates/audit/decision-bytes.ts';
import { hexOf } from '../../../../src/gates/canonical-text.ts';

const approved = {
  receiptId: '01941f29-7c00-7000-8000-045a641bf511',
  gates: [
    { name: 'funds', version: 2 },
    { name: 'größe', version: 65_535 },
  ],
  bypass: undefined,
  contextHash: 'ab'.repeat(32),
  payloadHash: 'cd'.repeat(32),
};
const bypassed = {
  ...approved,
  gates: [],
  bypass: { name: 'incident', justification: 'No. 7' },
  contextHash: undefined,
};

/** Version 1, byte by byte: what later releases must go on reading. */
const golden = {
  approved: [
    '01 00',
    '01941f297c0070008000045a641bf511',
    'cd'.repeat(32),
    'ab'.repeat(32),
    '02',
    '0002 0005 66756e6473',
    'ffff 0007 6772c3b6c39f65',
  ],
  withContext: [
    '01 02',
    '01941f297c0070008000045a641bf511',
    'cd'.repeat(32),
    'ab'.repeat(32),
    '02',
    '0002 0005 66756e6473',
    'ffff 0007 6772c3b6c39f65',
    '81 a1 61 05',
  ],
  bypassed: [
    '01 01',
    '01941f297c0070008000045a641bf511',
    'cd'.repeat(32),
    '00'.repeat(32),
    '00',
    '0008 696e636964656e74',
    '0005 4e6f2e2037',
  ],
};

function bytesOf(parts: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(parts.join('').replaceAll(' ', ''), 'hex'));
}

describe('a decision', () => {
  it.each([
    ['approved', approved, undefined],
    ['withContext', approved, { value: { a: 5 } }],
    ['bypassed', bypassed, undefined],
  ] as const)('%s is stored as these bytes, and read from them', (name, facts, context) => {
    const bytes = encodeDecision(facts, context);
    expect(hexOf(bytes)).toBe(hexOf(bytesOf(golden[name])));
    expect(decodeDecision(bytesOf(golden[name]))).toEqual({
      ...facts,
      decidedAtUs: 1_735_689_600_000_000,
      context,
    });
  });

  it('keeps no context of nothing', () => {
    expect(encodeDecision(approved, { value: undefined })).toEqual(
      encodeDecision(approved, undefined),
    );
  });

  it('is not read from other bytes, nor from fewer', () => {
    const bytes = encodeDecision(bypassed, undefined);
    expect(decodeDecision(new Uint8Array(0))).toBeUndefined();
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeDecision(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeDecision(Uint8Array.from([2, ...bytes.subarray(1)]))).toBeUndefined();
  });
});
