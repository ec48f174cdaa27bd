import { describe, expect, it } from 'vitest';
import { AssertionFailure, assert, defined, unreachable } from '../../../src/model/assert.ts';
import { isBatpakError } from '../../../src/model/errors/batpak-error.ts';

function failureOf(call: () => unknown): AssertionFailure {
  try {
    call();
  } catch (failure) {
    if (failure instanceof AssertionFailure) return failure;
    throw failure;
  }
  throw new Error('nothing was thrown');
}

describe('assert', () => {
  it('is silent while the condition holds', () => {
    expect(() => assert(true, 'sequences are dense')).not.toThrow();
  });

  it('states the broken invariant and its facts', () => {
    const failure = failureOf(() => assert(false, 'sequences are dense', { next: 4, got: 6 }));
    expect(failure.code).toBe('BATPAK_ASSERTION');
    expect(failure.name).toBe('AssertionFailure');
    expect(failure.facts).toEqual({ next: 4, got: 6 });
    expect(failure.message).toBe('sequences are dense does not hold: next 4, got 6');
  });

  it('throws what nobody mistakes for an operational failure', () => {
    expect(isBatpakError(failureOf(() => assert(false, 'a group is open')))).toBe(false);
  });

  it('states the invariant also when its facts are no JSON', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    for (const facts of [{ createdNs: 1n }, { circle }]) {
      const failure = failureOf(() => assert(false, 'the header is whole', facts));
      expect(failure.message).toContain('the header is whole does not hold');
      expect(failure.facts).toBe(facts);
    }
  });
});

describe('unreachable', () => {
  it('fails with the value that no case took', () => {
    const failure = failureOf(() => unreachable('sideways' as never));
    expect(failure.facts).toEqual({ value: 'sideways' });
  });
});

describe('defined', () => {
  it('gives back every value but undefined', () => {
    for (const value of [null, 0, '', false, Number.NaN]) {
      expect(defined(value, 'it is there')).toBe(value);
    }
  });

  it('fails for undefined with the invariant', () => {
    const failure = failureOf(() => defined(undefined, 'a segment is open'));
    expect(failure.message).toContain('a segment is open');
  });
});
