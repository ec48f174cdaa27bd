import { ArgumentRangeError, ArgumentTypeError } from '../../model/errors/argument-error.ts';

/** Longest name of a cursor, in bytes of UTF-8. */
export const cursorNameBytesMax = 64;

const suffix = '.cursor';
const plain = /^[a-z0-9_-]$/;
const encoder = new TextEncoder();

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} unless it is a name for a cursor */
export function checkCursorName(name: unknown): asserts name is string {
  if (typeof name !== 'string') throw new ArgumentTypeError('name', name, 'a string');
  const tooLong = name.length > cursorNameBytesMax;
  const bytes = tooLong ? cursorNameBytesMax + 1 : encoder.encode(name).length;
  if (bytes === 0 || bytes > cursorNameBytesMax || !name.isWellFormed()) {
    const expected = `well-formed text of 1..${cursorNameBytesMax} bytes of UTF-8`;
    throw new ArgumentRangeError('name', name, expected);
  }
}

/**
 * The name of the cursor's file, different for each cursor on every file system, those included
 * that don't tell capitals apart: small letters, digits, `-` and `_` stand for themselves, every
 * other byte of the name's UTF-8 is `%` and two hexadecimal digits.
 */
export function cursorFileName(name: string): string {
  let text = '';
  for (const byte of encoder.encode(name)) {
    const character = String.fromCharCode(byte);
    text += plain.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return `${text}${suffix}`;
}

/** Whether a file of the directory is that of a cursor. */
export function isCursorFileName(fileName: string): boolean {
  return fileName.endsWith(suffix);
}
