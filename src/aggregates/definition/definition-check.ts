import { checkCoordinatePart } from '../../model/coordinate.ts';
import { UnsupportedMachineError } from '../../model/errors/aggregate-errors.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import { EventDefinition } from '../../model/event-definition.ts';

const optionNames: readonly string[] = [
  'name',
  'version',
  'machine',
  'scope',
  'events',
  'emits',
  'input',
  'admit',
  'earlierNames',
  'earlierTypes',
  'renames',
  'onRefused',
];

/**
 * Checks the options of an aggregate, each by itself.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} {@link InvalidCoordinateError}
 */
export function checkOptions(options: unknown): void {
  if (!isRecord(options)) throw new ArgumentTypeError('options', options, 'an object');
  checkKeys('options', options, optionNames);
  const { name, version, machine, events, emits, scope, input, admit } = options;
  if (typeof name !== 'string') throw new ArgumentTypeError('name', name, 'a string');
  if (name.length === 0 || name.length > 255 || name.includes(':')) {
    throw new ArgumentRangeError('name', name, '1 to 255 characters without a colon');
  }
  checkCoordinatePart('entity', name);
  if (typeof version !== 'number') throw new ArgumentTypeError('version', version, 'a number');
  if (!Number.isInteger(version) || version < 1 || version > 0xffff) {
    throw new ArgumentRangeError('version', version, 'an integer 1..65535');
  }
  if (!isRecord(machine) || !('root' in machine) || !('implementations' in machine)) {
    throw new ArgumentTypeError('machine', machine, 'an XState 5 machine');
  }
  if (!isRecord(events)) throw new ArgumentTypeError('events', events, 'an object of definitions');
  if (emits !== undefined && !isRecord(emits)) {
    throw new ArgumentTypeError('emits', emits, 'an object of definitions');
  }
  if (typeof scope === 'string') checkCoordinatePart('scope', scope);
  else if (scope !== undefined && typeof scope !== 'function') {
    throw new ArgumentTypeError('scope', scope, 'a string or a function of the id');
  }
  if (input !== undefined && typeof input !== 'function') {
    throw new ArgumentTypeError('input', input, 'a function');
  }
  if (admit !== undefined && typeof admit !== 'function') {
    throw new ArgumentTypeError('admit', admit, 'a function');
  }
}

/**
 * Checks one of its events, and that no other is stored under the same name.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} {@link UnsupportedMachineError}
 */
export function checkEvent(
  aggregate: string,
  field: string,
  type: string,
  definition: unknown,
  seen: Map<string, string>,
): void {
  if (!(definition instanceof EventDefinition)) {
    throw new ArgumentTypeError(field, definition, 'what defineEvent returned');
  }
  if (type === '' || type === '*' || type.startsWith('xstate.')) {
    throw new ArgumentRangeError(field, type, 'a type other than those of XState itself');
  }
  const other = seen.get(definition.name);
  if (other !== undefined) {
    const problem = `'${other}' and '${type}' are both stored as '${definition.name}'`;
    throw new UnsupportedMachineError(aggregate, 'its events', `${problem}; give each its own`);
  }
  seen.set(definition.name, type);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
