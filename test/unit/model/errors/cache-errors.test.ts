import { describe } from 'vitest';
import * as cacheErrors from '../../../../src/model/errors/cache-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const cause = new Error('the package is gone');

const samples: ErrorSample[] = [
  {
    error: new cacheErrors.CacheDamagedError('/cache/1.fbpc', 'the checksum is wrong'),
    code: 'BATPAK_CACHE_DAMAGED',
    facts: { path: '/cache/1.fbpc', detail: 'the checksum is wrong' },
    says: ['/cache/1.fbpc', 'the checksum is wrong', 'folded from the log again'],
  },
  {
    error: new cacheErrors.CacheInUseError('/cache'),
    code: 'BATPAK_CACHE_IN_USE',
    facts: { path: '/cache' },
    says: ['/cache', 'Close that one first'],
  },
  {
    error: new cacheErrors.CacheUnavailableError('lmdb', "'lmdb' can't be loaded", cause),
    code: 'BATPAK_CACHE_UNAVAILABLE',
    facts: { packageName: 'lmdb' },
    says: ["'lmdb' can't be loaded", "Install 'lmdb'"],
    cause,
  },
];

describe('an error of a cache', () => checkFamily(cacheErrors, samples));
