import { describe, expect, it } from 'vitest';
import { StoreClosedError } from '../../../src/model/errors/lifecycle-errors.ts';
import { err, ok } from '../../../src/model/outcome.ts';

describe('Outcome', () => {
  it('is told apart by its type', () => {
    expect(ok(7)).toEqual({ type: 'ok', value: 7 });
    const error = new StoreClosedError('append');
    const failed = err(error);
    expect(failed.type).toBe('err');
    expect(failed).toEqual({ type: 'err', error });
  });

  it('keeps a value of undefined', () => {
    expect(ok(undefined)).toHaveProperty('value', undefined);
  });
});
