import { describe, expect, it } from 'vitest';
import { regionText } from '../../../src/delivery/region-text.ts';
import { Region } from '../../../src/model/region.ts';

describe('the text of a region', () => {
  it('is the same however the region was made', () => {
    const one = Region.namespace('order').withKind(7).withScope('a');
    const other = Region.namespace('order').withScope('b').withScope('a').withKind(7);
    expect(regionText(one)).toBe(regionText(other));
    expect(regionText(Region.all().withClock({}))).toBe(regionText(Region.all()));
    expect(regionText(Region.all().withClock({ to: 2, from: 1 }))).toBe(
      regionText(Region.all().withClock({ from: 1, to: 2 })),
    );
  });

  it('tells apart what takes other events', () => {
    const regions = [
      Region.all(),
      Region.entity('order'),
      Region.namespace('order'),
      Region.prefix('order'),
      Region.all().withScope('order'),
      Region.all().withKind(1),
      Region.all().withCategory(1),
      Region.all().withLane(1),
      Region.all().withClock({ from: 1 }),
      Region.all().withClock({ to: 1 }),
    ];
    expect(new Set(regions.map(regionText)).size).toBe(regions.length);
  });
});
