import { describe, expect, it } from 'vitest';
import { resolveRepositoryOptions } from '../../../../src/aggregates/repository/options.ts';
import { thrownBy } from '../../../support/store-host.ts';

const cache = { get: () => undefined, put: () => undefined };

describe('the options of a repository', () => {
  it('have defaults', () => {
    expect(resolveRepositoryOptions({})).toEqual({
      maxEntities: 10_000,
      checksPurity: false,
      verify: true,
      guard: undefined,
      snapshots: undefined,
    });
    expect(
      resolveRepositoryOptions({ maxEntities: 1, mode: 'development', verify: 'strict' }),
    ).toEqual({
      maxEntities: 1,
      checksPurity: true,
      verify: 'strict',
      guard: undefined,
      snapshots: undefined,
    });
  });

  it.each([
    ['options', null],
    ['options.entities', { entities: 1 }],
    ['maxEntities', { maxEntities: 0 }],
    ['maxEntities', { maxEntities: '7' }],
    ['mode', { mode: 'test' }],
    ['verify', { verify: 'lax' }],
    ['verify', { verify: null }],
    ['guard', { guard: {} }],
    ['snapshots', { snapshots: 1 }],
    ['snapshots.cache', { snapshots: { cache: {} } }],
    ['snapshots.store', { snapshots: { cache: new Map(), store: 1 } }],
    ['snapshots.everyEvents', { snapshots: { cache, everyEvents: 0 } }],
    ['snapshots.onError', { snapshots: { cache, onError: 1 } }],
    ['guard', { guard: null }],
  ])('name what is wrong: %s', (field, options) => {
    expect(thrownBy(() => resolveRepositoryOptions(options as never))).toMatchObject({ field });
  });
});
