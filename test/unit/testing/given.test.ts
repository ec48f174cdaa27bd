import { describe, expect, it } from 'vitest';
import { defineProjection } from '../../../src/projections/projection.ts';
import { given } from '../../../src/testing/given.ts';
import { GivenAggregate } from '../../../src/testing/given-aggregate.ts';
import { GivenProjection } from '../../../src/testing/given-projection.ts';
import { door } from '../../support/aggregates.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('given', () => {
  it('takes an aggregate or a projection', () => {
    const none = defineProjection({ name: 'n', version: 1, initial: () => 0, apply: (n) => n });
    expect(given(door)).toBeInstanceOf(GivenAggregate);
    expect(given(none)).toBeInstanceOf(GivenProjection);
    expect(thrownBy(() => given({} as never))).toMatchObject({ field: 'projection' });
  });
});
