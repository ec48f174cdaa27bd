import { describe } from 'vitest';
import * as corruptionErrors from '../../../../src/model/errors/corruption-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const failure = { systemCode: 'EIO', operation: 'write', path: '/data/000001.fbat' };

const samples: ErrorSample[] = [
  {
    error: new corruptionErrors.CorruptSegmentError({
      path: failure.path,
      offset: 268,
      expected: 'a whole frame',
      actual: 'checksum mismatch',
    }),
    code: 'BATPAK_CORRUPT_SEGMENT',
    facts: {
      path: failure.path,
      offset: 268,
      expected: 'a whole frame',
      actual: 'checksum mismatch',
    },
    says: [failure.path, '268', 'a whole frame', 'checksum mismatch'],
  },
  {
    error: new corruptionErrors.UnsupportedVersionError(failure.path, 3, [1, 2]),
    code: 'BATPAK_UNSUPPORTED_VERSION',
    facts: { path: failure.path, version: 3, supported: [1, 2] },
    says: [failure.path, 'version 3', '1, 2', 'Use a later one'],
  },
];

describe('corruption errors', () => {
  checkFamily(corruptionErrors, samples);
});
