import { describe, expect, it } from 'vitest';
import {
  checkEarlierTypes,
  eventOfToday,
} from '../../../../src/aggregates/evolution/earlier-types.ts';
import { paymentMachine } from '../../../support/effects.ts';
import { thrownBy } from '../../../support/store-host.ts';

const earlierTypes = {
  'xstate.after.1000.payment.charging': 'xstate.after.patience.payment.charging',
  'xstate.done.actor.pay': 'xstate.done.actor.charge',
};

describe('an event of an earlier type', () => {
  it('is the one of today, with the id of the actor', () => {
    expect(eventOfToday(earlierTypes, { type: 'xstate.after.1000.payment.charging' })).toEqual({
      type: 'xstate.after.patience.payment.charging',
    });
    const done = { type: 'xstate.done.actor.pay', output: 1, actorId: 'pay' };
    expect(eventOfToday(earlierTypes, done)).toEqual({
      ...{ type: 'xstate.done.actor.charge', output: 1, actorId: 'charge' },
    });
    const other = { type: 'toString' };
    expect(eventOfToday(earlierTypes, other)).toBe(other);
    expect(eventOfToday(undefined, done)).toBe(done);
  });

  it('must lead to one that the machine lists', () => {
    expect(() => checkEarlierTypes(earlierTypes, paymentMachine)).not.toThrow();
    expect(() => checkEarlierTypes(undefined, paymentMachine)).not.toThrow();
    expect(thrownBy(() => checkEarlierTypes(7, paymentMachine))).toMatchObject({
      field: 'earlierTypes',
    });
    const wrong = { old: 'xstate.after.1.payment.idle' };
    expect(thrownBy(() => checkEarlierTypes(wrong, paymentMachine))).toMatchObject({
      field: 'earlierTypes.old',
    });
  });
});
