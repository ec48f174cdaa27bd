import { describe, expect, it } from 'vitest';
import { SpecFailure } from '../../../src/testing/spec-failure.ts';

describe('a spec failure', () => {
  it('is an assertion error with its values, and a line for each difference', () => {
    const failure = new SpecFailure('it is not so:', {
      expected: 1,
      actual: 2,
      differences: ['x: expected 1, got 2', 'y: expected 3, got 4'],
    });
    expect(failure).toBeInstanceOf(Error);
    expect(failure).toMatchObject({ name: 'AssertionError', expected: 1, actual: 2 });
    expect(failure.message).toBe('it is not so:\n  x: expected 1, got 2\n  y: expected 3, got 4');
    expect(new SpecFailure('no', { expected: 1, actual: 2 }).differences).toEqual([]);
  });
});
