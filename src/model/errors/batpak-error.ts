const mark = Symbol.for('batpak.error');

/**
 * Base of every operational failure: what can go wrong with a correct program. The `code` is API
 * and listed in `docs/errors.md`; the message is for people and may change.
 */
export abstract class BatpakError extends Error {
  /** Stable identity of the failure, `BATPAK_…`. */
  abstract readonly code: string;
  /** Whether the same call can succeed later without a change of program or store. */
  get retryable(): boolean {
    return false;
  }

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    Object.defineProperty(this, mark, { value: true });
  }

  /** Name of the class. */
  override get name(): string {
    return this.constructor.name;
  }
}

/** Whether the value is a {@link BatpakError}, also one of another copy of this package. */
export function isBatpakError(value: unknown): value is BatpakError {
  return value instanceof Error && mark in value;
}
