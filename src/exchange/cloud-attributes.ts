import { hashBytes } from '../codec/hash-chain.ts';
import { InvalidCloudEventError } from '../model/errors/exchange-errors.ts';
import { parseTime } from './cloud-time.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const digits = /^\d{1,16}$/;
const hexadecimal = /^[0-9a-f]{64}$/;

/** The attributes of a CloudEvent from outside. An attribute that is null counts as left out. */
export class CloudAttributes {
  readonly #line: number;
  readonly #values: ReadonlyMap<string, unknown>;

  /**
   * @param given a line of JSON, or an object
   * @throws {InvalidCloudEventError} when it is neither
   */
  constructor(given: unknown, line: number) {
    this.#line = line;
    const value = typeof given === 'string' ? parse(given, line) : given;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidCloudEventError(line, '', value, 'an object of JSON');
    }
    this.#values = new Map(Object.entries(value));
  }

  /** Names of all attributes that are there. */
  get names(): Iterable<string> {
    return this.#values.keys();
  }

  /** Whether the attribute is there. Data may be null, any other attribute is left out then. */
  has(field: string): boolean {
    return field === 'data' ? this.#values.has(field) : (this.of(field) ?? undefined) !== undefined;
  }

  /** The attribute as it came. */
  of(field: string): unknown {
    return this.#values.get(field);
  }

  /** The error of an attribute that must be something else. */
  refuse(field: string, expected: string): InvalidCloudEventError {
    return new InvalidCloudEventError(this.#line, field, this.of(field), expected);
  }

  /** A text that is there and not empty. @throws {InvalidCloudEventError} */
  text(field: string): string {
    const value = this.of(field);
    if (typeof value !== 'string' || value === '') {
      throw this.refuse(field, 'a text that is not empty');
    }
    return value;
  }

  /** A text that may be left out. @throws {InvalidCloudEventError} */
  optionalText(field: string): string | undefined {
    return this.has(field) ? this.text(field) : undefined;
  }

  /** A whole number 0..max that may be left out. @throws {InvalidCloudEventError} */
  integer(field: string, max: number): number | undefined {
    if (!this.has(field)) return undefined;
    const value = this.of(field);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) {
      return value;
    }
    throw this.refuse(field, `a whole number 0..${max}`);
  }

  /** A number 0..max in decimal digits that may be left out. @throws {InvalidCloudEventError} */
  counter(field: string, max: number): number | undefined {
    if (!this.has(field)) return undefined;
    const value = this.of(field);
    if (typeof value === 'string' && digits.test(value) && Number(value) <= max) {
      return Number(value);
    }
    throw this.refuse(field, `a text of digits, 0..${max}`);
  }

  /** A UUID that may be left out. @throws {InvalidCloudEventError} */
  optionalUuid(field: string): string | undefined {
    const text = this.optionalText(field);
    if (text === undefined || isUuid(text)) return text;
    throw this.refuse(field, 'a UUID');
  }

  /** A hash that may be left out. @throws {InvalidCloudEventError} */
  optionalHash(field: string): Uint8Array | undefined {
    const text = this.optionalText(field);
    if (text === undefined) return undefined;
    if (!hexadecimal.test(text)) {
      throw this.refuse(field, `${hashBytes * 2} hexadecimal digits in lower case`);
    }
    return new Uint8Array(Buffer.from(text, 'hex'));
  }

  /** Microseconds since 1970 that may be left out. @throws {InvalidCloudEventError} */
  optionalTime(field: string): number | undefined {
    const text = this.optionalText(field);
    if (text === undefined) return undefined;
    const timestampUs = parseTime(text);
    if (timestampUs === undefined) throw this.refuse(field, 'a time of RFC 3339');
    return timestampUs;
  }
}

/** Whether the text is a UUID, in lower or upper case. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidCloudEventError(line, '', text, 'an object of JSON');
  }
}
