import { repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { actorDone, actorFails, timerFires } from '../../../src/testing/happening.ts';
import { payment } from '../../support/effects.ts';
import { StoreHost } from '../../support/store-host.ts';

describe('a happening', () => {
  it('is the machine event that comes of it', () => {
    expect(timerFires('a').event).toEqual({ type: 'a' });
    expect(timerFires('a', { type: 'rang' }).type).toBe('rang');
    expect(actorDone('x', 5).event).toEqual({
      ...{ type: 'xstate.done.actor.x', output: 5, actorId: 'x' },
    });
    expect(actorFails('x', new RangeError('no')).event).toMatchObject({
      type: 'xstate.error.actor.x',
      error: { name: 'RangeError', message: 'no' },
    });
  });

  it('is gone when the aggregate waits for no such thing', () => {
    const payments = repository(new StoreHost().open(), payment);
    const done = actorDone('charge', { receipt: 'r' });
    expect(done.settle(payments, '1')).toBe('gone');
    payments.send('1', { type: 'ordered', cents: 5 });
    expect(actorDone('other').settle(payments, '1')).toBe('gone');
    expect(done.settle(payments, '1')).toBe('taken');
    expect([done.settle(payments, '1'), payments.load('1')?.value]).toEqual(['gone', 'paid']);
  });
});
