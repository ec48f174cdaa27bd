import { describe, expect, it } from 'vitest';
import * as lifecycleErrors from '../../../../src/model/errors/lifecycle-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const holder = {
  pid: 4711,
  startTime: '1',
  bootId: 'b',
  pidNamespace: 'n',
  hostname: 'alpha',
  nonce: '0'.repeat(32),
};

const samples: ErrorSample[] = [
  {
    error: new lifecycleErrors.StoreClosedError('append'),
    code: 'BATPAK_STORE_CLOSED',
    facts: { operation: 'append' },
    says: ['append', 'Open it again'],
  },
  {
    error: new lifecycleErrors.NestedWriteError('append'),
    code: 'BATPAK_NESTED_WRITE',
    facts: { operation: 'append' },
    says: ['append', 'Call it when that call is over'],
  },
  {
    error: new lifecycleErrors.StoreLockedError('/data', holder, 'it still runs.'),
    code: 'BATPAK_STORE_LOCKED',
    facts: { path: '/data', holder },
    says: ['/data', 'process 4711', 'alpha', 'it still runs.'],
    retryable: true,
  },
  {
    error: new lifecycleErrors.ConfigurationError('fdBudget', 0, 'an integer 1..65536', '0'),
    code: 'BATPAK_CONFIGURATION',
    facts: { field: 'fdBudget', value: 0, expected: 'an integer 1..65536' },
    says: ['fdBudget', 'an integer 1..65536', 'got 0'],
  },
];

describe('lifecycle errors', () => {
  checkFamily(lifecycleErrors, samples);
});

describe('StoreLockedError', () => {
  it('says so when the lock names nobody', () => {
    const error = new lifecycleErrors.StoreLockedError('/data', undefined, 'it is unreadable.');
    expect(error.holder).toBeUndefined();
    expect(error.message).toContain('an unknown holder');
  });
});
