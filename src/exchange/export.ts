import { ArgumentTypeError, checkKeys } from '../model/errors/argument-error.ts';
import type { StoredEvent } from '../model/event.ts';
import type { LiveSource } from '../model/event-source.ts';
import { Region } from '../model/region.ts';
import { type CloudEvent, checkSource, cloudEventOf, cloudSourceOf } from './cloud-event.ts';

/** What an export may be given. */
export interface ExportOptions {
  /** Who wrote the events. @default `urn:batpak:` and the id of the store */
  readonly source?: string;
  /** Only events after this sequence. */
  readonly after?: number;
  /** At most so many events. */
  readonly limit?: number;
}

/**
 * The events of a region as CloudEvents, in the order of their sequences, of a store or of a
 * follower. One event is read at a time. Sees the events that are there when the iteration begins.
 *
 * @throws {CorruptSegmentError} while iterating, when a record on the disk is not what was written
 * @throws {StoreClosedError} {@link ArgumentTypeError} {@link ArgumentRangeError}
 */
export function exportCloudEvents(
  store: LiveSource,
  region: Region,
  options: ExportOptions = {},
): Iterable<CloudEvent> {
  const { events, source } = sourceOf(store, region, options);
  return cloudEventsOf(events, source);
}

/**
 * As {@link exportCloudEvents}, each event as a line of NDJSON with its line feed: ready to be
 * written to a file, by `Readable.from(lines)` or `toReadableStream(lines)`.
 */
export function exportCloudEventLines(
  store: LiveSource,
  region: Region,
  options: ExportOptions = {},
): Iterable<string> {
  const { events, source } = sourceOf(store, region, options);
  return linesOf(events, source);
}

function* cloudEventsOf(events: Iterable<StoredEvent>, source: string): Generator<CloudEvent> {
  for (const event of events) yield cloudEventOf(event, source);
}

function* linesOf(events: Iterable<StoredEvent>, source: string): Generator<string> {
  for (const event of events) yield `${JSON.stringify(cloudEventOf(event, source))}\n`;
}

function sourceOf(
  store: LiveSource,
  region: Region,
  options: ExportOptions,
): { readonly events: Iterable<StoredEvent>; readonly source: string } {
  if (typeof store?.events !== 'function') {
    throw new ArgumentTypeError('store', store, 'a store or a follower of one');
  }
  if (!(region instanceof Region)) throw new ArgumentTypeError('region', region, 'a Region');
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['source', 'after', 'limit']);
  const { source = cloudSourceOf(store), ...query } = options;
  checkSource(source);
  return { events: store.events(region, query), source };
}
