import { describeValue } from '../describe-value.ts';

/** An argument of the wrong type: a mistake of the caller. Names the field and the value. */
export class ArgumentTypeError extends TypeError {
  readonly code = 'BATPAK_ARGUMENT_TYPE';
  readonly field: string;
  readonly value: unknown;

  constructor(field: string, value: unknown, expected: string) {
    super(`${field} must be ${expected}, got ${describeValue(value)}`);
    this.field = field;
    this.value = value;
  }

  /** Name of the class. */
  override get name(): string {
    return 'ArgumentTypeError';
  }
}

/** @throws {ArgumentTypeError} when the object has a key that is not known: a misspelt option */
export function checkKeys(field: string, given: object, known: readonly string[]): void {
  for (const key in given) {
    if (known.includes(key)) continue;
    const expected = `left out: ${field} takes ${known.join(', ')}`;
    throw new ArgumentTypeError(`${field}.${key}`, Reflect.get(given, key), expected);
  }
}

/** An argument outside its range: a mistake of the caller. Names the field, value and bound. */
export class ArgumentRangeError extends RangeError {
  readonly code = 'BATPAK_ARGUMENT_RANGE';
  readonly field: string;
  readonly value: unknown;

  constructor(field: string, value: unknown, expected: string) {
    super(`${field} must be ${expected}, got ${describeValue(value)}`);
    this.field = field;
    this.value = value;
  }

  /** Name of the class. */
  override get name(): string {
    return 'ArgumentRangeError';
  }
}
