import { describe, expect, it } from 'vitest';
import { factsOf, GivenAggregate } from '../../../src/testing/given-aggregate.ts';
import { door } from '../../support/aggregates.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('a given aggregate', () => {
  it('tells the decision as the repository gave it', () => {
    const { decision } = new GivenAggregate(door, [], {}).when({ type: 'opened', by: 'kim' });
    expect(decision).toMatchObject({ accepted: true, receipt: { clock: 0 } });
    expect(factsOf(decision.state)).toEqual({
      timers: [],
      actors: [],
      value: 'open',
      context: { openings: 1, by: ['kim'] },
      status: 'active',
      tags: ['passable'],
    });
    expect(factsOf(undefined)).toBeUndefined();
  });

  it('refuses options and commands that are none', () => {
    expect(thrownBy(() => new GivenAggregate(door, [], { inputs: 1 } as never))).toMatchObject({
      field: 'options.inputs',
    });
    expect(thrownBy(() => new GivenAggregate(door, 'opened' as never, {}))).toMatchObject({
      field: 'commands',
    });
  });
});
