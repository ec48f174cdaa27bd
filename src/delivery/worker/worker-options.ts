import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import type { RestartPolicy } from '../../model/restart-policy.ts';
import { checkCursorName } from '../cursor/cursor-name.ts';
import {
  type CursorOptions,
  checkOptions,
  checkRead,
  checkSignal,
} from '../cursor/cursor-options.ts';
import type { BackOff } from './back-off.ts';

/** What a worker may be given. */
export interface WorkerOptions extends CursorOptions {
  /** Most events that the handler is given at once, 1 to 65 536. @default 64 */
  readonly batchSize?: number;
  /** How often an event is tried by itself before it is parked, 1 to 1 000. @default 5 */
  readonly maxTries?: number;
  /**
   * Most parked events, 0 to 100 000. One more ends the worker, in `exhausted`: with 0 no event is
   * ever left out. @default 1000
   */
  readonly maxParked?: number;
  /** How long it waits after a failure. */
  readonly backOff?: BackOff;
  /**
   * How often it may go back to its last checkpoint after a failure that is no event's fault.
   * @default { type: 'bounded', maxRestarts: 10, withinMs: 600 000 }
   */
  readonly restartPolicy?: RestartPolicy;
}

/** Options of a worker with every default filled in. */
export interface ResolvedWorkerOptions {
  readonly batchSize: number;
  readonly maxTries: number;
  readonly maxParked: number;
  readonly backOff: Readonly<Required<BackOff>>;
  readonly restartPolicy: RestartPolicy;
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const known = [
  ...['name', 'from', 'read', 'signal'],
  ...['batchSize', 'maxTries', 'maxParked', 'backOff', 'restartPolicy'],
];

/**
 * Checks the options and fills in the defaults. `more` names options that are checked elsewhere.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError}
 */
export function resolveWorkerOptions(
  options: WorkerOptions,
  more: readonly string[] = [],
): ResolvedWorkerOptions {
  checkOptions(options, [...known, ...more]);
  if (options.name !== undefined) checkCursorName(options.name);
  checkRead(options.read);
  checkSignal(options.signal);
  return {
    batchSize: integer('batchSize', options.batchSize, 64, 1, 65_536),
    maxTries: integer('maxTries', options.maxTries, 5, 1, 1000),
    maxParked: integer('maxParked', options.maxParked, 1000, 0, 100_000),
    backOff: backOffOf(options.backOff),
    restartPolicy: policyOf(options.restartPolicy),
  };
}

/** The integer, or the default. @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function integer(
  field: string,
  value: unknown,
  byDefault: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return byDefault;
  if (typeof value !== 'number') throw new ArgumentTypeError(field, value, 'a number');
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ArgumentRangeError(field, value, `an integer ${min}..${max}`);
  }
  return value;
}

function backOffOf(backOff: unknown): Readonly<Required<BackOff>> {
  if (backOff === undefined) return { minMs: 100, maxMs: 30_000 };
  if (typeof backOff !== 'object' || backOff === null) {
    throw new ArgumentTypeError('backOff', backOff, '{ minMs, maxMs }');
  }
  checkKeys('backOff', backOff, ['minMs', 'maxMs']);
  const given: BackOff = backOff;
  const minMs = integer('backOff.minMs', given.minMs, 100, 1, hourMs);
  return {
    minMs,
    maxMs: integer('backOff.maxMs', given.maxMs, Math.max(30_000, minMs), minMs, hourMs),
  };
}

function policyOf(policy: unknown): RestartPolicy {
  if (policy === undefined) return { type: 'bounded', maxRestarts: 10, withinMs: 600_000 };
  const expected = "{ type: 'once' } or { type: 'bounded', maxRestarts, withinMs }";
  if (typeof policy !== 'object' || policy === null || !('type' in policy)) {
    throw new ArgumentTypeError('restartPolicy', policy, expected);
  }
  if (policy.type === 'once') {
    checkKeys('restartPolicy', policy, ['type']);
    return { type: 'once' };
  }
  if (policy.type !== 'bounded') {
    throw new ArgumentRangeError('restartPolicy.type', policy.type, "'once' or 'bounded'");
  }
  checkKeys('restartPolicy', policy, ['type', 'maxRestarts', 'withinMs']);
  const { maxRestarts, withinMs } = { maxRestarts: undefined, withinMs: undefined, ...policy };
  return {
    type: 'bounded',
    maxRestarts: integer('restartPolicy.maxRestarts', maxRestarts ?? null, 0, 0, 1_000_000),
    withinMs: integer('restartPolicy.withinMs', withinMs ?? null, 0, 1, dayMs),
  };
}
