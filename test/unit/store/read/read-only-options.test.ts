import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../../../src/platform/memory-platform.ts';
import { resolveReadOnlyOptions } from '../../../../src/store/read/read-only-options.ts';
import { thrownBy } from '../../../support/store-host.ts';

const platform = memoryPlatform();

describe('resolveReadOnlyOptions', () => {
  it('fills in every default', () => {
    expect(resolveReadOnlyOptions({ dataDir: 'data/', platform })).toEqual({
      dataDir: 'data',
      fdBudget: 64,
      idempotency: { keepSequences: 16_777_216, maxKeys: 4_194_304 },
      cache: 'memory',
      logger: { warn: expect.any(Function), error: expect.any(Function) },
      platform,
    });
  });

  it('keeps what is given', () => {
    const given = { dataDir: 'd', fdBudget: 3, idempotency: { maxKeys: 5 }, platform };
    expect(resolveReadOnlyOptions(given)).toMatchObject({
      fdBudget: 3,
      idempotency: { keepSequences: 16_777_216, maxKeys: 5 },
    });
  });

  it.each([
    [{ dataDir: 'd', lock: 'force' }, 'lock'],
    [{ dataDir: 'd', idempotency: { keys: 1 } }, 'idempotency.keys'],
    [{ dataDir: 'd', fdBudget: 65_537 }, 'fdBudget'],
    [{}, 'dataDir'],
    ['d', 'options'],
  ])('refuses %j', (options, field) => {
    const loose: unknown = options;
    expect(thrownBy(() => resolveReadOnlyOptions(loose as never))).toMatchObject({
      code: 'BATPAK_CONFIGURATION',
      field,
    });
  });
});
