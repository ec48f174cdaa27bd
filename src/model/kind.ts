import { ArgumentRangeError, ArgumentTypeError } from './errors/argument-error.ts';
import { ReservedKindError } from './errors/write-errors.ts';

/** Largest kind: 16 bits, of which the upper 4 are the category and the lower 12 the type. */
export const kindMax = 0xffff;

/** Largest type inside a category. */
export const kindTypeMax = 0x0fff;

/** Category from which kinds are given to names that come without one. */
export const allocatedCategory = 0x1;

const systemCategory = 0x0;
const effectCategory = 0xd;

/**
 * Kinds the store itself writes, all of category 0. Nobody else can append them.
 * `denial` is what a gate denied; `machineInit` opens the stream of an aggregate whose machine
 * takes input. A timer that fired and an actor's result are brought to the machine of an aggregate,
 * or discarded.
 */
export const systemKinds = {
  batchBegin: 0x0006,
  batchCommit: 0x0007,
  clean: 0x0009,
  gap: 0x000a,
  denial: 0x000f,
  machineInit: 0x0100,
  timerFired: 0x0101,
  actorDone: 0x0102,
  actorFailed: 0x0103,
  externalDiscarded: 0x0104,
} as const;

/**
 * The kind of a category and a type: `category << 12 | type`.
 *
 * @throws {ArgumentRangeError} when the category is outside 0..15 or the type outside 0..4095
 */
export function kindOf(category: number, type: number): number {
  if (!isIntegerIn(category, 15)) {
    throw new ArgumentRangeError('category', category, 'an integer 0..15');
  }
  if (!isIntegerIn(type, kindTypeMax)) {
    throw new ArgumentRangeError('type', type, `an integer 0..${kindTypeMax}`);
  }
  return (category << 12) | type;
}

/** The upper 4 bits of a kind, 0..15. @throws {ArgumentRangeError} unless an integer 0..65535 */
export function categoryOf(kind: number): number {
  if (!isIntegerIn(kind, kindMax)) {
    throw new ArgumentRangeError('kind', kind, `an integer 0..${kindMax}`);
  }
  return kind >>> 12;
}

/**
 * Checks a kind that a caller wants to append.
 *
 * @throws {ArgumentTypeError} when it is no number
 * @throws {ArgumentRangeError} when it is no integer 0..65535
 * @throws {ReservedKindError} when its category is 0x0 or 0xD
 */
export function checkKind(kind: unknown): void {
  if (typeof kind !== 'number') {
    throw new ArgumentTypeError('kind', kind, 'a number or an event definition');
  }
  if (!isIntegerIn(kind, kindMax)) {
    throw new ArgumentRangeError('kind', kind, `an integer 0..${kindMax}`);
  }
  const category = categoryOf(kind);
  if (category === systemCategory || category === effectCategory) throw new ReservedKindError(kind);
}

function isIntegerIn(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
