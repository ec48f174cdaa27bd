import { describe, expect, it } from 'vitest';
import { ColumnPage } from '../../../../src/indexes/columns.ts';
import { FooterTally } from '../../../../src/recovery/image/footer-tally.ts';
import { kindsIn } from '../../../../src/recovery/image/image-writer.ts';

describe('FooterTally', () => {
  it('gathers what rows touch, and leaves holes out', () => {
    const page = new ColumnPage();
    page.length.set([9, 9, 0, 9, 9]);
    page.entity.set([3, 1, 8, 3, 3]);
    page.clock.set([5, 0, 0, 6, 7]);
    page.scope.set([2, 2, 4, 0, 2]);
    page.kind.set([0x1000, 0xffff, 0x0fff, 0x1000, 0x1001]);
    const tally = new FooterTally();
    tally.add(page, { from: 65_536, to: 65_540 });
    tally.add(page, { from: 65_540, to: 65_541 });
    expect([...tally.streams]).toEqual([
      [3, { firstClock: 5, clock: 7, sequence: 65_540 }],
      [1, { firstClock: 0, clock: 0, sequence: 65_537 }],
    ]);
    expect([...tally.scopes]).toEqual([2, 0]);
    expect([...kindsIn(tally.kinds)]).toEqual([0x1000, 0x1001, 0xffff]);
  });
});
