import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RememberedReceipt } from '../../../../src/codec/remembered-receipt.ts';
import { RememberedReceipts } from '../../../../src/recovery/keys/remembered-receipts.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

function receiptOf(sequence: number, clock = 0): RememberedReceipt {
  return {
    sequence,
    clock,
    lane: 0,
    kind: 0x1abc,
    entity: `entity:${sequence}`,
    keyDigest: new Uint8Array(16).fill(sequence),
    eventId: new Uint8Array(16).fill(2),
    payloadDigest: new Uint8Array(32).fill(3),
    segmentId: 1,
    offset: 100,
    length: 200,
    hash: sequence % 2 === 0 ? undefined : new Uint8Array(32).fill(4),
  };
}

describe('RememberedReceipts', () => {
  it('find what a Map finds, whatever is added, dropped and restored', () => {
    const step = fc.oneof(
      fc.record({ add: fc.array(fc.tuple(fc.nat(40), fc.nat(9)), { maxLength: 8 }) }),
      fc.record({ dropBefore: fc.nat(40) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const receipts = new RememberedReceipts();
        const model = new Map<number, RememberedReceipt>();
        for (const each of steps) {
          if ('add' in each) {
            const added = each.add.map(([sequence, clock]) => receiptOf(sequence, clock));
            receipts.add(added);
            for (const receipt of added) model.set(receipt.sequence, receipt);
          } else {
            receipts.dropBefore(each.dropBefore);
            for (const known of model.keys()) if (known < each.dropBefore) model.delete(known);
          }
          const restored = new RememberedReceipts();
          restored.restore(receipts.bytes);
          for (const one of [receipts, restored]) {
            expect(one.count).toBe(model.size);
            for (let sequence = 0; sequence <= 41; sequence += 1) {
              expect(one.find(sequence)).toEqual(model.get(sequence));
            }
          }
        }
      }),
      propertyRuns(60),
    );
  });

  it('stand one behind the other, oldest first', () => {
    const receipts = new RememberedReceipts();
    expect(receipts.bytes).toHaveLength(0);
    receipts.add([receiptOf(3), receiptOf(1)]);
    const other = new RememberedReceipts();
    other.add([receiptOf(1)]);
    expect([...receipts.bytes.subarray(0, other.bytes.length)]).toEqual([...other.bytes]);
  });
});
