import { describe } from 'vitest';
import * as fenceErrors from '../../../../src/model/errors/fence-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const samples: ErrorSample[] = [
  {
    error: new fenceErrors.VisibilityFenceActiveError('append'),
    code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
    facts: { operation: 'append' },
    says: ['append', 'commit or cancel it'],
    retryable: true,
  },
  {
    error: new fenceErrors.VisibilityFenceNotActiveError('fence.submit', 'committed'),
    code: 'BATPAK_VISIBILITY_FENCE_NOT_ACTIVE',
    facts: { operation: 'fence.submit', state: 'committed' },
    says: ['fence.submit', 'committed', 'Begin a new one'],
  },
  {
    error: new fenceErrors.VisibilityFenceCancelledError('store closed'),
    code: 'BATPAK_VISIBILITY_FENCE_CANCELLED',
    facts: { reason: 'store closed' },
    says: ['store closed', 'nothing staged in it was stored'],
  },
];

describe('fence errors', () => {
  checkFamily(fenceErrors, samples);
});
