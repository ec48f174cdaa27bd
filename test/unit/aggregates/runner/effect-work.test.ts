import { repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { type EffectFailure, EffectWork } from '../../../../src/aggregates/runner/effect-work.ts';
import { defined } from '../../../../src/model/assert.ts';
import { payment } from '../../../support/effects.ts';
import { StoreHost } from '../../../support/store-host.ts';

function working() {
  const host = new StoreHost();
  const payments = repository(host.open(), payment);
  const ends = new Map<string, (output: unknown) => void>();
  const left: EffectFailure[] = [];
  let arrived = 0;
  const work = new EffectWork({
    host: payments.effectHost,
    from: 0,
    startActor: ({ key }) => new Promise((done) => ends.set(key, done)),
    actorsMax: 5,
    onArrived: () => {
      arrived += 1;
    },
    onLeft: (failure) => left.push(failure),
  });
  return { host, payments, work, ends, left, arrivals: () => arrived };
}

describe('the work of effects', () => {
  it('fires the timers that are due, so many at once', () => {
    const { host, payments, work } = working();
    for (const id of ['1', '2', '3']) payments.send(id, { type: 'ordered', cents: 1 });
    work.log.read(10);
    expect([work.timers, work.untilDueUs, work.settle(9)]).toEqual([3, 60_000_000, false]);
    host.clock.advance(60_000_000);
    expect([work.untilDueUs, work.settle(2), work.timers]).toEqual([0, true, 1]);
    expect(payments.load('3')?.value).toBe('charging');
    expect([work.settle(2), work.timers, work.untilDueUs]).toEqual([false, 0, undefined]);
    expect(payments.load('3')?.value).toBe('failed');
  });

  it('starts actors whose turn has come, and brings their results', async () => {
    const { payments, work, ends, arrivals } = working();
    payments.send('1', { type: 'ordered', cents: 1 });
    work.log.read(10);
    work.askForStarted(0);
    work.settle(9);
    expect(work.actors).toBe(0);
    work.askForStarted(1);
    work.settle(9);
    expect(work.actors).toBe(1);
    for (const done of ends.values()) done({ receipt: 'r' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(arrivals()).toBe(1);
    work.settle(9);
    expect(payments.load('1')?.value).toBe('paid');
    work.close();
  });

  it('does not start an actor that was stopped before its turn', () => {
    const { payments, work } = working();
    payments.send('1', { type: 'ordered', cents: 1 });
    const [actor] = payments.load('1')?.pending.actors ?? [];
    work.askFor(defined(actor, 'it was started').key);
    payments.send('1', { type: 'cancelled' });
    work.log.read(10);
    work.settle(9);
    expect(work.actors).toBe(0);
  });

  it('throws what is no fault of an aggregate, and tries it again', () => {
    const { host, payments, work, left } = working();
    payments.send('1', { type: 'ordered', cents: 1 });
    work.log.read(10);
    host.clock.advance(60_000_000);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(() => work.settle(9)).toThrow();
    expect([work.timers, work.settle(9), left]).toEqual([1, false, []]);
    expect(payments.load('1')?.value).toBe('failed');
  });
});
