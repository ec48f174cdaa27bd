/** One line of an event log. */
export interface LogLine {
  /** Number of the line in the file; the first is 1. */
  readonly number: number;
  /** Which ticket. */
  readonly case: string;
  readonly activity: string;
  /** ISO 8601 with a zone, as it is written in the log. */
  readonly time: string;
  readonly resource: string;
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
}

/** Longest name of a case, in UTF-16 units: it becomes the name of a stream in the store. */
export const caseLengthMax = 200;

/** A line that isn't an event of the log's form. */
export class BadLineError extends Error {
  /** Number of the line in the file; the first is 1. */
  readonly line: number;
  /** What is wrong with it. */
  readonly problem: string;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.line = line;
    this.problem = problem;
  }

  override get name(): string {
    return 'BadLineError';
  }
}

/** The line of the log that stands in this text. */
export function parseLine(text: string, number: number): LogLine {
  const value = parseJson(text, number);
  if (!isRecord(value)) throw new BadLineError(number, `is ${describe(value)}, not an object`);
  const { case: ticket, activity, time, resource, attributes } = value;
  if (!isText(ticket) || ticket.length === 0 || ticket.length > caseLengthMax) {
    throw new BadLineError(
      number,
      `'case' must be text of 1..${caseLengthMax} characters, found ${describe(ticket)}`,
    );
  }
  if (hasControlCharacter(ticket)) {
    throw new BadLineError(number, `'case' holds a control character: ${describe(ticket)}`);
  }
  if (!isText(activity) || activity.length === 0) {
    throw new BadLineError(number, `'activity' must be text, found ${describe(activity)}`);
  }
  if (!isText(time) || !timePattern.test(time) || Number.isNaN(Date.parse(time))) {
    throw new BadLineError(
      number,
      `'time' must be like 2024-05-31T09:30:00Z, with a zone, found ${describe(time)}`,
    );
  }
  if (!isText(resource)) {
    throw new BadLineError(number, `'resource' must be text, found ${describe(resource)}`);
  }
  return {
    number,
    case: ticket,
    activity,
    time,
    resource,
    attributes: checkAttributes(attributes, number),
  };
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function parseJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadLineError(
      number,
      `is not JSON (${error instanceof Error ? error.message : error})`,
    );
  }
}

function checkAttributes(value: unknown, number: number): LogLine['attributes'] {
  if (!isRecord(value)) {
    throw new BadLineError(number, `'attributes' must be an object, found ${describe(value)}`);
  }
  const attributes: Record<string, string | number | boolean | null> = {};
  for (const [name, attribute] of Object.entries(value)) {
    if (!isText(name) || name === '__proto__') {
      throw new BadLineError(number, `an attribute can't be called ${describe(name)}`);
    }
    if (!isText(attribute) && !isScalar(attribute)) {
      throw new BadLineError(
        number,
        `attribute '${name}' must be text, a number, a boolean or null, not ${describe(attribute)}`,
      );
    }
    attributes[name] = attribute;
  }
  return attributes;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text that can be written and read again: JSON may hold half of a surrogate pair. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

function isScalar(value: unknown): value is number | boolean | null {
  return value === null || typeof value === 'boolean' || typeof value === 'number';
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** The value as JSON, cut to a length that fits a message. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
