import { compareBytes } from '../../codec/bytes.ts';
import { digest16 } from '../../codec/hash-chain.ts';
import type { RecordView } from '../../codec/record-view.ts';
import { planOf, type QueryPlan } from '../../indexes/query/query-plan.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import type { IndexEntry, StoredEvent } from '../../model/event.ts';
import { writeId } from '../../model/event-id.ts';
import type { EntityHead, QueryOptions } from '../../model/event-source.ts';
import { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';
import { checkKey } from '../write/append-request.ts';
import { findByKey } from '../write/idempotency.ts';
import { EntryIterator } from './entry-iterator.ts';
import { EventIterator } from './event-iterator.ts';
import { StoredEventView } from './event-view.ts';
import { readRecord } from './frames.ts';

/** The event with this id, or `undefined`. */
export function getEvent(engine: ReadEngine, eventId: unknown): StoredEvent | undefined {
  const id = new Uint8Array(16);
  writeId('eventId', eventId, id);
  let record: RecordView | undefined;
  const sequence = engine.index.ids.find(id, 0, (candidate) => {
    record = readRecord(engine, candidate);
    return compareBytes(record.bytes, record.eventIdAt, id, 0, 16);
  });
  return record === undefined || sequence < 0
    ? undefined
    : new StoredEventView(engine, sequence, record);
}

/** The event of this sequence, or `undefined` when it is not that far. */
export function eventAt(engine: ReadEngine, sequence: unknown): StoredEvent | undefined {
  if (typeof sequence !== 'number') throw new ArgumentTypeError('sequence', sequence, 'a number');
  if (!Number.isSafeInteger(sequence) || sequence < 0) {
    throw new ArgumentRangeError('sequence', sequence, 'an integer from 0');
  }
  const { count, columns } = engine.index;
  if (sequence >= count || columns.isHole(sequence)) return undefined;
  return new StoredEventView(engine, sequence, readRecord(engine, sequence));
}

/** The event that was stored with this idempotency key, or `undefined`. */
export function eventOfKey(engine: ReadEngine, key: unknown): StoredEvent | undefined {
  if (key === undefined) throw new ArgumentTypeError('idempotencyKey', key, 'a string');
  checkKey(key);
  const sequence = findByKey(engine, digest16(String(key)));
  return sequence < 0 ? undefined : eventAt(engine, sequence);
}

/** Where the entity stands, or `undefined` when it has no event. */
export function entityHead(
  engine: ReadEngine,
  entity: unknown,
  lane: number,
): EntityHead | undefined {
  if (typeof entity !== 'string') throw new ArgumentTypeError('entity', entity, 'a string');
  const entityId = engine.index.entities.find(entity, lane);
  if (entityId === undefined) return undefined;
  const { heads } = engine.index;
  const sequence = heads.sequence(entityId);
  return sequence < 0 ? undefined : { clock: heads.clock(entityId), sequence };
}

/** Entries of the region. Checks its arguments now, and reads while it is iterated. */
export function queryEntries(
  engine: ReadEngine,
  region: unknown,
  options: unknown,
): Iterable<IndexEntry> {
  const checked = checkQuery(region, options);
  return iterable(() => new EntryIterator(engine, checked.region, checked.options));
}

/** How the query would find its entries. */
export function queryPlan(engine: ReadEngine, region: unknown, options: unknown): QueryPlan {
  const checked = checkQuery(region, options);
  return planOf(engine.index, checked.region, checked.options);
}

/** The frame of the event as it stands on the disk, checked; `undefined` when there is none. */
export function rawFrame(engine: ReadEngine, eventId: unknown): Uint8Array | undefined {
  const event = getEvent(engine, eventId);
  if (event === undefined) return undefined;
  const { sequence, position } = event;
  return engine.reader.read(engine.segments.of(sequence), position.offset, position.length);
}

/** Events of the region. Checks its arguments now, and reads while it is iterated. */
export function queryEvents(
  engine: ReadEngine,
  region: unknown,
  options: unknown,
): Iterable<StoredEvent> {
  const checked = checkQuery(region, options);
  return iterable(() => new EventIterator(engine, checked.region, checked.options));
}

function checkQuery(region: unknown, options: unknown): { region: Region; options: QueryOptions } {
  if (!(region instanceof Region)) {
    throw new ArgumentTypeError('region', region, 'a Region, such as Region.all()');
  }
  if (options === undefined) return { region, options: {} };
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['after', 'before', 'limit', 'reverse']);
  const { after, before, limit, reverse }: QueryOptions = options;
  checkCount('after', after);
  checkCount('before', before);
  checkCount('limit', limit);
  if (reverse !== undefined && typeof reverse !== 'boolean') {
    throw new ArgumentTypeError('reverse', reverse, 'true or false');
  }
  return { region, options };
}

function checkCount(field: string, count: unknown): void {
  if (count === undefined) return;
  if (typeof count !== 'number') throw new ArgumentTypeError(field, count, 'a number');
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new ArgumentRangeError(field, count, 'an integer from 0');
  }
}

/** An iterable that begins anew each time it is iterated. */
function iterable<Item>(begin: () => Iterator<Item>): Iterable<Item> {
  return { [Symbol.iterator]: begin };
}
