import { describe, expect, it } from 'vitest';
import { StoreClosedError } from '../../../../src/model/errors/lifecycle-errors.ts';
import {
  batch,
  cancelled,
  err,
  ok,
  pending,
  retry,
} from '../../../../src/model/outcome/outcome.ts';

describe('Outcome', () => {
  it('is told apart by its type', () => {
    const error = new StoreClosedError('append');
    const waitingFor = { type: 'event', eventId: 'x' } as const;
    expect(ok(7)).toEqual({ type: 'ok', value: 7 });
    expect(err(error)).toEqual({ type: 'err', error });
    expect(retry(10, 'full')).toEqual({ type: 'retry', afterMs: 10, reason: 'full' });
    expect(pending(waitingFor)).toEqual({ type: 'pending', waitingFor });
    expect(cancelled('stopped')).toEqual({ type: 'cancelled', reason: 'stopped' });
    expect(batch([ok(1)])).toEqual({ type: 'batch', outcomes: [{ type: 'ok', value: 1 }] });
  });

  it('keeps a value of undefined', () => {
    expect(ok(undefined)).toHaveProperty('value', undefined);
  });

  it('has what is to be undone, and what it is found by, only when that is given', () => {
    const compensation = { type: 'release', resources: ['seat 4'] } as const;
    const waitingFor = { type: 'time', atMs: 5 } as const;
    expect(err('no', compensation)).toStrictEqual({ type: 'err', error: 'no', compensation });
    expect(err('no')).toStrictEqual({ type: 'err', error: 'no' });
    expect(pending(waitingFor, 'token')).toHaveProperty('resumeToken', 'token');
    expect(pending(waitingFor)).not.toHaveProperty('resumeToken');
  });
});
