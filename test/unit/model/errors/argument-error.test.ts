import { describe, expect, it } from 'vitest';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../../../src/model/errors/argument-error.ts';
import { isBatpakError } from '../../../../src/model/errors/batpak-error.ts';

describe('a mistake of the caller', () => {
  it('is a TypeError or a RangeError with code, field and value, and no BatpakError', () => {
    const wrongType = new ArgumentTypeError('entity', 7, 'a string');
    expect(wrongType).toBeInstanceOf(TypeError);
    expect(wrongType.name).toBe('ArgumentTypeError');
    expect(wrongType).toMatchObject({ code: 'BATPAK_ARGUMENT_TYPE', field: 'entity', value: 7 });
    expect(wrongType.message).toBe('entity must be a string, got 7');

    const outOfRange = new ArgumentRangeError('flags', 256, 'an integer 0..255');
    expect(outOfRange).toBeInstanceOf(RangeError);
    expect(outOfRange.name).toBe('ArgumentRangeError');
    expect(outOfRange).toMatchObject({ code: 'BATPAK_ARGUMENT_RANGE', field: 'flags', value: 256 });
    expect(outOfRange.message).toBe('flags must be an integer 0..255, got 256');

    expect(isBatpakError(wrongType)).toBe(false);
    expect(isBatpakError(outOfRange)).toBe(false);
  });

  it('may be an option that is misspelt', () => {
    checkKeys('options', { limit: 1 }, ['after', 'limit']);
    const call = (): void => checkKeys('options', { limt: 1 }, ['after', 'limit']);
    expect(call).toThrow('options.limt must be left out: options takes after, limit, got 1');
    expect(call).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'options.limt', value: 1 }),
    );
  });

  it('shows long and private values short', () => {
    const { message } = new ArgumentTypeError('at', { card: '4111 1111' }, 'a string');
    expect(message).toBe('at must be a string, got an object');
  });
});
