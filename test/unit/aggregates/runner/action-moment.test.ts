import { repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { momentOf } from '../../../../src/aggregates/runner/action-moment.ts';
import { defined } from '../../../../src/model/assert.ts';
import { payment } from '../../../support/effects.ts';
import { StoreHost } from '../../../support/store-host.ts';

describe('the moment of an action', () => {
  it('is the event and the context right after it, also when more has happened', () => {
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    payments.send('1', { type: 'ordered', cents: 5 });
    const at = (sequence: number) =>
      momentOf(payments.effectHost, defined(store.at(sequence), 'it is there'));
    const expected = {
      event: { type: 'ordered', cents: 5 },
      context: { cents: 5, receipt: null, problem: null },
    };
    expect({ event: at(0).event, context: at(0).context }).toEqual(expected);
    const [timer] = payments.load('1')?.pending.timers ?? [];
    const fired = defined(timer, 'it waits');
    payments.effectHost.external.settle('payment:1', { of: 'timer', ...fired });
    expect({ event: at(0).event, context: at(0).context }).toEqual(expected);
    expect(at(1).event).toEqual({ type: 'xstate.after.patience.payment.charging' });
    expect(at(1).context).toEqual({ cents: 5, receipt: null, problem: 'too late' });
  });

  it('is the start when an aggregate has begun with it', () => {
    const store = new StoreHost().open();
    const payments = repository(store, payment);
    payments.create('1');
    expect(momentOf(payments.effectHost, defined(store.at(0), 'it is there')).event).toEqual({
      type: 'xstate.init',
      input: undefined,
    });
  });
});
