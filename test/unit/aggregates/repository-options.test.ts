import { describe, expect, it } from 'vitest';
import { resolveRepositoryOptions } from '../../../src/aggregates/repository-options.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('the options of a repository', () => {
  it('have defaults', () => {
    expect(resolveRepositoryOptions({})).toEqual({
      maxEntities: 10_000,
      checksPurity: false,
      guard: undefined,
    });
    expect(resolveRepositoryOptions({ maxEntities: 1, mode: 'development' })).toEqual({
      maxEntities: 1,
      checksPurity: true,
      guard: undefined,
    });
  });

  it.each([
    ['options', null],
    ['options.entities', { entities: 1 }],
    ['maxEntities', { maxEntities: 0 }],
    ['maxEntities', { maxEntities: '7' }],
    ['mode', { mode: 'test' }],
    ['guard', { guard: {} }],
    ['guard', { guard: null }],
  ])('name what is wrong: %s', (field, options) => {
    expect(thrownBy(() => resolveRepositoryOptions(options as never))).toMatchObject({ field });
  });
});
