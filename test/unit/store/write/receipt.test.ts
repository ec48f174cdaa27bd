import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { WrittenReceipt } from '../../../../src/store/write/receipt.ts';

const id = Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + index);
const place = { segmentId: 2, offset: 4_000_000_000, length: 250 };
const facts = { sequence: 7, clock: 3, durability: 'written', replayed: false } as const;

describe('WrittenReceipt', () => {
  it('keeps the id when the bytes that it was made from change', () => {
    const bytes = Uint8Array.from([0, 0, 0, ...id]);
    const receipt = new WrittenReceipt(bytes, 3, place, { ...facts, hash: undefined });
    bytes.fill(0);
    expect(receipt.eventId).toBe('f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff');
  });

  it('tells its place and facts, alone, as JSON and to the console', () => {
    const hash = new Uint8Array(32).fill(0xab);
    const receipt = new WrittenReceipt(id, 0, place, { ...facts, hash });
    const { eventId } = receipt;
    expect(receipt.position).toEqual(place);
    expect(receipt).toMatchObject({ ...facts, hash });
    const plain = { eventId, ...facts, position: place };
    expect(JSON.parse(JSON.stringify(receipt))).toEqual({ ...plain, hash: 'ab'.repeat(32) });
    expect(inspect(receipt)).toBe(
      inspect({
        eventId,
        sequence: 7,
        clock: 3,
        position: place,
        hash,
        durability: 'written',
        replayed: false,
      }),
    );
  });

  it('has no hash when the store keeps none', () => {
    const receipt = new WrittenReceipt(id, 0, place, { ...facts, hash: undefined });
    expect(JSON.parse(JSON.stringify(receipt))).not.toHaveProperty('hash');
  });
});
