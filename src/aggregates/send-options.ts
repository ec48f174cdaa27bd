import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { checkKey } from '../store/write/append-request.ts';

/** What a command may be sent with. */
export interface SendOptions {
  /**
   * Names this command, 1 to 1 024 characters: sent again with the same key it is answered as
   * accepted and `replayed`, with the state now, after a reopen too.
   */
  readonly idempotencyKey?: string;
  /** Clock the aggregate must be at; at another one the command is refused as `conflict`. */
  readonly expected?: number;
}

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function checkSendOptions(options: SendOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['idempotencyKey', 'expected']);
  const { idempotencyKey, expected } = options;
  checkKey(idempotencyKey);
  if (expected === undefined) return;
  if (typeof expected !== 'number') throw new ArgumentTypeError('expected', expected, 'a clock');
  if (!Number.isSafeInteger(expected) || expected < 0) {
    throw new ArgumentRangeError('expected', expected, 'an integer from 0');
  }
}

/** @throws {ArgumentTypeError} unless the command is an object with a type */
export function checkCommand(command: unknown): void {
  if (typeof command !== 'object' || command === null || !('type' in command)) {
    throw new ArgumentTypeError('command', command, 'an object with a type');
  }
  if (typeof command.type !== 'string') {
    throw new ArgumentTypeError('command.type', command.type, 'a string');
  }
}
