import { describe } from 'vitest';
import { DiskFullError } from '../../../../src/model/errors/disk-errors.ts';
import * as exchangeErrors from '../../../../src/model/errors/exchange-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const { ImportFailedError, InvalidCloudEventError } = exchangeErrors;
const invalid = new InvalidCloudEventError(7, 'time', 'noon', 'a time of RFC 3339');
const full = new DiskFullError(
  { systemCode: 'ENOSPC', operation: 'write', path: '/data' },
  undefined,
);

const samples: ErrorSample[] = [
  {
    error: invalid,
    code: 'BATPAK_INVALID_CLOUD_EVENT',
    facts: { line: 7, field: 'time', value: 'noon', expected: 'a time of RFC 3339' },
    says: ['line 7', 'time must be a time of RFC 3339', 'got "noon"', 'Mend or drop the line'],
  },
  {
    error: new InvalidCloudEventError(7, '', '{', 'an object of JSON'),
    code: 'BATPAK_INVALID_CLOUD_EVENT',
    facts: { field: '' },
    says: ['it must be an object of JSON'],
  },
  {
    error: new ImportFailedError(7, 5, 1, invalid),
    code: 'BATPAK_IMPORT_FAILED',
    facts: { line: 7, imported: 5, known: 1 },
    says: ['ended at line 7', 'RFC 3339', 'Written before: 5 events, known already: 1'],
    cause: invalid,
  },
  {
    error: new ImportFailedError(7, 5, 1, full),
    code: 'BATPAK_IMPORT_FAILED',
    facts: { line: 7 },
    says: ['ended at line 7'],
    retryable: true,
    cause: full,
  },
];

describe('exchange errors', () => {
  checkFamily(exchangeErrors, samples);
});
