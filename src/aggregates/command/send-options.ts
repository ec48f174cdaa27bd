import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import { checkKey } from '../../store/write/append-request.ts';

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

/** One command of several that are accepted together or not at all. */
export interface SendItem<Command = { readonly type: string }> extends SendOptions {
  /** Of the aggregate that it is sent to. */
  readonly id: string;
  readonly command: Command;
}

const optionNames: readonly string[] = ['idempotencyKey', 'expected'];
const itemNames: readonly string[] = ['id', 'command', ...optionNames];

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function checkSendOptions(options: SendOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, optionNames);
  checkValues(options);
}

/**
 * Checks the commands of one call.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} also when two have the same key
 */
export function checkSendItems(items: readonly SendItem[]): void {
  if (!Array.isArray(items)) throw new ArgumentTypeError('items', items, 'an array');
  const keys = new Set<string>();
  for (const item of items) {
    if (typeof item !== 'object' || item === null) {
      throw new ArgumentTypeError('item', item, 'an object with id and command');
    }
    checkKeys('item', item, itemNames);
    checkValues(item);
    checkCommand(item.command);
    const { idempotencyKey } = item;
    if (idempotencyKey === undefined) continue;
    if (keys.has(idempotencyKey)) {
      throw new ArgumentRangeError('idempotencyKey', idempotencyKey, 'used once in a call');
    }
    keys.add(idempotencyKey);
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

function checkValues({ idempotencyKey, expected }: SendOptions): void {
  checkKey(idempotencyKey);
  if (expected === undefined) return;
  if (typeof expected !== 'number') throw new ArgumentTypeError('expected', expected, 'a clock');
  if (!Number.isSafeInteger(expected) || expected < 0) {
    throw new ArgumentRangeError('expected', expected, 'an integer from 0');
  }
}
