import { expect, it } from 'vitest';
import { BatpakError, isBatpakError } from '../../src/model/errors/batpak-error.ts';

/** One error of a class: its code, its facts, and what its message must say. */
export interface ErrorSample {
  readonly error: BatpakError;
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Values that the message shows, and words of its remedy where there is one to give. */
  readonly says: readonly string[];
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** Checks the samples of a family of errors, and that each of its classes has one. */
export function checkFamily(family: object, samples: readonly ErrorSample[]): void {
  it('has a sample for each of its classes', () => {
    const classes = Object.entries(family).filter(([, value]) => typeof value === 'function');
    const names = new Set(samples.map(({ error }) => error.name));
    expect([...names].sort()).toEqual(classes.map(([name]) => name).sort());
  });

  for (const { error, code, facts, says, retryable = false, cause } of samples) {
    it(`${error.constructor.name} has its code, its facts and a message that helps`, () => {
      expect(error).toBeInstanceOf(BatpakError);
      expect(error.name).toBe(error.constructor.name);
      expect(error.code).toBe(code);
      expect(error.retryable).toBe(retryable);
      expect(error).toMatchObject(facts);
      for (const words of says) expect(error.message).toContain(words);
      expect(error.cause).toBe(cause);
      expect(isBatpakError(error)).toBe(true);
    });
  }
}
