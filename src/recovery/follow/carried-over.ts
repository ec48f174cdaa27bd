import { equalBytes } from '../../codec/bytes.ts';
import { hashBytes } from '../../codec/hash-chain.ts';
import { recordTypes } from '../../codec/record-layout.ts';
import { RecordView } from '../../codec/record-view.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import { FrameScanner } from '../../log/frame-scanner.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { FileHandle } from '../../model/files.ts';

/**
 * What a segment holds of the events that its writer carried over from the segment before: copies
 * of all that are known (`whole`), not all of them yet, or something else.
 */
export type Copies = 'whole' | 'incomplete' | 'different';

/**
 * Looks whether a segment begins with copies of all known events from its first sequence on. A
 * writer that could not sync a segment writes what was not durable of it again, into the next one;
 * a reader may come while it is at that, and moves when there is everything to move to.
 */
export function copiesIn(
  handle: FileHandle,
  segment: Segment,
  sizeBytes: number,
  salt: number,
  index: EventIndex,
): Copies {
  const scanner = new FrameScanner(handle, segment.headerBytes, sizeBytes, salt);
  const record = new RecordView();
  let next = segment.header.firstSequence;
  let inBatch = false;
  while (next < index.count || inBatch) {
    if (scanner.next() <= 0) return 'incomplete';
    if (record.point(scanner.bytes, scanner.bodyStart, scanner.bodyEnd) !== undefined) {
      return 'different';
    }
    if (record.type === recordTypes.begin) inBatch = true;
    if (record.type === recordTypes.commit) inBatch = false;
    if (record.type !== recordTypes.event) continue;
    const length = scanner.nextOffset - scanner.offset;
    if (next >= index.count || !isCopy(record, length, next, index)) return 'different';
    next += 1;
  }
  return 'whole';
}

function isCopy(record: RecordView, length: number, sequence: number, index: EventIndex): boolean {
  const { columns, entities } = index;
  const entityId = columns.entityId(sequence);
  return (
    record.sequence === sequence &&
    record.clock === columns.clock(sequence) &&
    record.kind === columns.kind(sequence) &&
    record.timestampUs === columns.timestampUs(sequence) &&
    length === columns.length(sequence) &&
    record.entity === entities.entity(entityId) &&
    record.lane === entities.lane(entityId) &&
    hasHeadHash(record, sequence, entityId, index)
  );
}

/** Of the last event of an entity the hash is known, which stands for all events before it. */
function hasHeadHash(
  { bytes, hashAt }: RecordView,
  sequence: number,
  entityId: number,
  { heads }: EventIndex,
): boolean {
  if (hashAt === 0 || heads.sequence(entityId) !== sequence) return true;
  return equalBytes(bytes, hashAt, heads.hashes, heads.hashStart(entityId), hashBytes);
}
