import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import type { LiveSource } from '../../model/event-source.ts';
import { Region } from '../../model/region.ts';
import { checkCursorName } from './cursor-name.ts';

/** Where a cursor without a file begins: with the first event, behind the last, or there. */
export type CursorFrom = 'beginning' | 'now' | number;

/** What a delivery hands out: whole events, or their entries, for which no disk is read. */
export type DeliveryRead = 'events' | 'entries';

/** What a cursor may be given. */
export interface CursorOptions {
  /**
   * Name under which its position is kept in the store's directory, 1 to 64 bytes of UTF-8.
   * @default none: the position lives as long as the cursor
   */
  readonly name?: string;
  /** Where it begins when its name has no file yet. @default 'beginning' */
  readonly from?: CursorFrom;
  /** `entries` leaves payloads unread. @default 'events' */
  readonly read?: DeliveryRead;
  /** Ends iterations when it aborts, as if the store had no more events. */
  readonly signal?: AbortSignal;
}

/** A cursor without a name: what a follower has. */
export type UnnamedCursorOptions = Omit<CursorOptions, 'name'>;

/** @throws {ArgumentTypeError} unless it is a region */
export function checkRegion(region: unknown): asserts region is Region {
  if (region instanceof Region) return;
  throw new ArgumentTypeError('region', region, 'a Region, such as Region.all()');
}

/** Checks options that are an object with known keys. @throws {ArgumentTypeError} */
export function checkOptions(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, known);
}

/** @throws {ArgumentTypeError} unless it is left out or an AbortSignal */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new ArgumentTypeError('signal', signal, 'an AbortSignal');
}

/** @throws {ArgumentTypeError} unless it is left out, `events` or `entries` */
export function checkRead(read: unknown): void {
  if (read === undefined || read === 'events' || read === 'entries') return;
  throw new ArgumentTypeError('read', read, "'events' or 'entries'");
}

/** Checks the options of a cursor. @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function checkCursorOptions(options: CursorOptions): void {
  checkOptions(options, ['name', 'from', 'read', 'signal']);
  if (options.name !== undefined) checkCursorName(options.name);
  checkRead(options.read);
  checkSignal(options.signal);
}

/**
 * The sequence to begin at.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} when the log isn't that long
 */
export function beginningOf(source: LiveSource, from: unknown): number {
  if (from === undefined || from === 'beginning') return 0;
  const { nextSequence } = source;
  if (from === 'now') return nextSequence;
  if (typeof from !== 'number') {
    throw new ArgumentTypeError('from', from, "'beginning', 'now' or a sequence");
  }
  if (!Number.isSafeInteger(from) || from < 0 || from > nextSequence) {
    throw new ArgumentRangeError('from', from, `an integer 0..${nextSequence}`);
  }
  return from;
}
