import { describeValue } from '../describe-value.ts';
import { BatpakError } from './batpak-error.ts';

/** No CloudEvent that a store can take; the `cause` of an {@link ImportFailedError}. */
export class InvalidCloudEventError extends BatpakError {
  readonly code = 'BATPAK_INVALID_CLOUD_EVENT';
  /** Number of the line, or of the object, from 1. */
  readonly line: number;
  /** Attribute that is wrong; empty when the line as a whole is. */
  readonly field: string;
  readonly value: unknown;
  /** What the attribute must be. */
  readonly expected: string;

  constructor(line: number, field: string, value: unknown, expected: string) {
    const subject = field === '' ? 'it' : field;
    super(
      `line ${line} can't be imported: ${subject} must be ${expected}, ` +
        `got ${describeValue(value)}. Mend or drop the line, and import again.`,
    );
    this.line = line;
    this.field = field;
    this.value = value;
    this.expected = expected;
  }
}

/**
 * An import that ended early; `cause` says why. Everything before the failed batch stays imported:
 * import the same file again, and only the rest of it is written.
 */
export class ImportFailedError extends BatpakError {
  readonly code = 'BATPAK_IMPORT_FAILED';
  override get retryable(): boolean {
    return this.cause instanceof BatpakError && this.cause.retryable;
  }
  /** Line that failed, from 1; where a whole batch did, the first line of it. */
  readonly line: number;
  /** Events that were written before. */
  readonly imported: number;
  /** Events before that the store had already. */
  readonly known: number;

  constructor(line: number, imported: number, known: number, cause: BatpakError) {
    super(
      `import ended at line ${line}: ${cause.message} Written before: ${imported} events, ` +
        `known already: ${known}.`,
      { cause },
    );
    this.line = line;
    this.imported = imported;
    this.known = known;
  }
}
