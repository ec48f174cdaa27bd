import { BatpakError } from './batpak-error.ts';
import { WriteFailedError } from './disk-errors.ts';

/** Why a coordinate part is refused. */
export type CoordinateProblem = 'empty' | 'too long' | 'not well-formed' | 'control character';

/** An entity or scope that can't be one. Nothing was written. */
export class InvalidCoordinateError extends BatpakError {
  readonly code = 'BATPAK_INVALID_COORDINATE';
  readonly part: 'entity' | 'scope';
  readonly problem: CoordinateProblem;
  readonly value: string;

  constructor(part: 'entity' | 'scope', problem: CoordinateProblem, value: string, detail: string) {
    super(`${part} ${detail}`);
    this.part = part;
    this.problem = problem;
    this.value = value;
  }
}

/** A payload the store can't give back as it was. Nothing was written. */
export class InvalidPayloadError extends BatpakError {
  readonly code = 'BATPAK_INVALID_PAYLOAD';
  /** Where in the payload, such as `$.lines[2].price`. */
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`payload ${path}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

/** A payload that its event definition's schema refuses. Nothing was written. */
export class SchemaRefusedError extends BatpakError {
  readonly code = 'BATPAK_SCHEMA_REFUSED';
  /** Name of the event definition. */
  readonly event: string;
  /** What the schema said: a message, and the path inside the payload. */
  readonly issues: readonly { readonly message: string; readonly path: string }[];

  constructor(
    event: string,
    issues: readonly { readonly message: string; readonly path: string }[],
  ) {
    const found = issues.map((issue) => `${issue.path} ${issue.message}`).join('; ');
    super(`payload of '${event}' is refused: ${found}`);
    this.event = event;
    this.issues = issues;
  }
}

/** The clock an append may be conditioned on. */
export type Expectation = number | 'none' | 'exists' | 'any';

/** Somebody else appended first, or the entity is not where it should be. Nothing was written. */
export class ExpectationFailedError extends BatpakError {
  readonly code = 'BATPAK_EXPECTATION_FAILED';
  override get retryable(): boolean {
    return true;
  }
  readonly entity: string;
  readonly lane: number;
  readonly expected: Expectation;
  /** Clock of the last event of the entity's lane, or `undefined` when it has none. */
  readonly actual: number | undefined;

  constructor(facts: {
    readonly entity: string;
    readonly lane: number;
    readonly expected: Expectation;
    readonly actual: number | undefined;
  }) {
    const { entity, lane, expected, actual } = facts;
    super(
      `'${entity}'${lane === 0 ? '' : ` in lane ${lane}`} was expected ` +
        `${describeExpectation(expected)}, but ${
          actual === undefined ? 'has no event' : `its last event has clock ${actual}`
        }. Read it again and retry.`,
    );
    this.entity = entity;
    this.lane = lane;
    this.expected = expected;
    this.actual = actual;
  }
}

function describeExpectation(expected: Expectation): string {
  if (expected === 'none') return 'to have no event';
  if (expected === 'exists') return 'to have an event';
  return `at clock ${expected}`;
}

/** An idempotency key that stands for another write already. Nothing was written. */
export class IdempotencyConflictError extends BatpakError {
  readonly code = 'BATPAK_IDEMPOTENCY_CONFLICT';
  readonly idempotencyKey: string;
  /** What differs from the write that the key stands for. */
  readonly differs: 'entity' | 'lane' | 'kind' | 'payload' | 'command' | 'batch';
  /** Sequence of the event that bears the key. */
  readonly sequence: number;

  constructor(
    idempotencyKey: string,
    differs: IdempotencyConflictError['differs'],
    sequence: number,
  ) {
    super(
      `idempotency key '${idempotencyKey}' belongs to event ${sequence}, ` +
        `whose ${differs} differs. Use a new key.`,
    );
    this.idempotencyKey = idempotencyKey;
    this.differs = differs;
    this.sequence = sequence;
  }
}

/** A write that has to name itself, as it shares syncs with others. Nothing was written. */
export class IdempotencyRequiredError extends BatpakError {
  readonly code = 'BATPAK_IDEMPOTENCY_REQUIRED';
  /** What was asked for. */
  readonly operation: string;

  constructor(operation: string) {
    super(
      `${operation} needs an idempotency key, or durable: true, as batch.groupCommitMaxBatch ` +
        'lets appends share syncs: what power loss takes has to be repeated by its key.',
    );
    this.operation = operation;
  }
}

/** The event that a reaction names as its cause is not in this store. Nothing was written. */
export class UnknownCauseError extends BatpakError {
  readonly code = 'BATPAK_UNKNOWN_CAUSE';
  /** Id of the event that was looked for. */
  readonly eventId: string;

  constructor(eventId: string) {
    super(`event ${eventId} is not in this store, so nothing can react to it.`);
    this.eventId = eventId;
  }
}

/** A kind that only the store itself may write. Nothing was written. */
export class ReservedKindError extends BatpakError {
  readonly code = 'BATPAK_RESERVED_KIND';
  readonly kind: number;

  constructor(kind: number) {
    super(
      `kind 0x${kind.toString(16).padStart(4, '0')} is reserved: ` +
        'categories 0x0 and 0xD belong to the store.',
    );
    this.kind = kind;
  }
}

/** A name and a kind that don't belong together in this store. Nothing was written. */
export class KindConflictError extends BatpakError {
  readonly code = 'BATPAK_KIND_CONFLICT';
  readonly eventName: string;
  readonly kind: number;
  /** What the store remembers of the name or the kind. */
  readonly bound: string;

  constructor(eventName: string, kind: number, bound: string) {
    super(`'${eventName}' can't be kind 0x${kind.toString(16).padStart(4, '0')}: ${bound}.`);
    this.eventName = eventName;
    this.kind = kind;
    this.bound = bound;
  }
}

/** Every kind of category 0x1 is in use; a further name needs a kind given to it. */
export class KindsExhaustedError extends BatpakError {
  readonly code = 'BATPAK_KINDS_EXHAUSTED';
  readonly eventName: string;

  constructor(eventName: string) {
    super(
      `no kind is left for '${eventName}': all 4096 of category 0x1 are bound. ` +
        'Give it a kind of another category.',
    );
    this.eventName = eventName;
  }
}

/** A write that is larger than a limit of the store. Nothing was written. */
export class LimitExceededError extends BatpakError {
  readonly code = 'BATPAK_LIMIT_EXCEEDED';
  /** Option that sets the limit, or the field that has it. */
  readonly limit: string;
  readonly max: number;
  readonly actual: number;

  constructor(limit: string, max: number, actual: number) {
    super(`${limit} is at most ${max}, got ${actual}.`);
    this.limit = limit;
    this.max = max;
    this.actual = actual;
  }
}

/**
 * An atomic batch that failed; `cause` says why. None of its items was stored, but where the cause
 * is a {@link WriteFailedError} whose outcome is `unknown`: then all were or none.
 */
export class BatchFailedError extends BatpakError {
  readonly code = 'BATPAK_BATCH_FAILED';
  /** State of the batch machine in which it failed. */
  readonly stage: string;
  /** Index of the item that caused it, when it was one. */
  readonly itemIndex: number | undefined;

  constructor(stage: string, itemIndex: number | undefined, cause: Error) {
    const place = itemIndex === undefined ? '' : ` at item ${itemIndex}`;
    const unsure = cause instanceof WriteFailedError && cause.outcome === 'unknown';
    const fate = unsure ? 'nobody knows whether it was stored' : 'nothing of it was stored';
    super(`the batch failed while ${stage}${place}; ${fate}: ${cause.message}`, {
      cause,
    });
    this.stage = stage;
    this.itemIndex = itemIndex;
  }

  override get retryable(): boolean {
    return this.cause instanceof BatpakError && this.cause.retryable;
  }
}
