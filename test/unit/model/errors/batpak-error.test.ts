import { afterEach, describe, expect, it, vi } from 'vitest';
import { BatpakError, isBatpakError } from '../../../../src/model/errors/batpak-error.ts';
import * as lifecycleErrors from '../../../../src/model/errors/lifecycle-errors.ts';
import { LimitExceededError } from '../../../../src/model/errors/write-errors.ts';

describe('an operational error', () => {
  it('shows its name and message when it is printed', () => {
    const error = new LimitExceededError('batch.maxSize', 256, 300);
    expect(String(error)).toBe('LimitExceededError: batch.maxSize is at most 256, got 300.');
    expect(error.stack).toContain('batpak-error.test.ts');
  });
});

describe('isBatpakError', () => {
  afterEach(() => {
    vi.resetModules();
  });

  it('knows the errors of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../../../../src/model/errors/lifecycle-errors.ts');
    const error = new copy.StoreClosedError('append');
    expect(copy.StoreClosedError).not.toBe(lifecycleErrors.StoreClosedError);
    expect(error).not.toBeInstanceOf(BatpakError);
    expect(isBatpakError(error)).toBe(true);
  });

  it('takes nothing else for one', () => {
    const mark = Symbol.for('batpak.error');
    const lookalike = { code: 'BATPAK_STORE_CLOSED', [mark]: true };
    const values = [undefined, null, 'BATPAK_STORE_CLOSED', {}, new Error('x'), lookalike];
    for (const value of values) expect(isBatpakError(value)).toBe(false);
  });
});
