import { describe, expect, it } from 'vitest';
import { defineEvent } from '../../../src/model/event-definition.ts';
import { defineProjection } from '../../../src/projections/projection.ts';
import { GivenProjection, happened } from '../../../src/testing/given-projection.ts';
import { schemaThat } from '../../support/aggregates.ts';
import { thrownBy } from '../../support/store-host.ts';

const count = defineProjection({
  name: 'count',
  version: 1,
  initial: () => 0,
  apply: (state) => state + 1,
});

describe('a given projection', () => {
  it('counts what it is given, which is held to its schema', () => {
    const Ok = defineEvent<{ n: number }>({ name: 'ok' });
    new GivenProjection(count, [happened(Ok, { n: 1 })]).when().expectState(1);
    const schema = schemaThat<object>(() => ({ issues: [{ message: 'never' }] }));
    const Bad = defineEvent({ name: 'bad', schema });
    expect(thrownBy(() => new GivenProjection(count, [happened(Bad, {})]))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
    });
    expect(thrownBy(() => new GivenProjection(count, 7 as never))).toMatchObject({
      field: 'events',
    });
  });
});
