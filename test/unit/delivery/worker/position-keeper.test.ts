import { describe, expect, it } from 'vitest';
import { UnkeptPosition } from '../../../../src/delivery/worker/position-keeper.ts';

describe('a position that is not kept', () => {
  it('lives as long as its worker', () => {
    const keeper = new UnkeptPosition(3);
    const parked = [{ sequence: 1, tries: 1, parkedAtUs: 0, message: 'no' }];
    keeper.save(7, parked);
    expect([keeper.position, keeper.parked]).toEqual([7, parked]);
    keeper.close();
    expect(keeper.parked).toEqual([]);
  });
});
