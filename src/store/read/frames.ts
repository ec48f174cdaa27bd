import { frameHeaderBytes } from '../../codec/frame.ts';
import { RecordView } from '../../codec/record-view.ts';
import { pointRustRecord } from '../../codec/rust/record-v1.ts';
import type { Segment } from '../../log/segment-list.ts';
import { CorruptSegmentError } from '../../model/errors/corruption-errors.ts';
import type { ReadEngine } from '../engine.ts';

/**
 * The record of a visible event, read from the disk into bytes that never change again.
 *
 * @throws {CorruptSegmentError} when the disk no longer holds what was written
 */
export function readRecord(engine: ReadEngine, sequence: number): RecordView {
  const { columns } = engine.index;
  const segment = engine.segments.of(sequence);
  const offset = columns.offset(sequence);
  const length = columns.length(sequence);
  const at = engine.reader.readShared(segment, offset, length);
  return pointRecord(engine, sequence, segment, engine.reader.shared.bytes, at, at + length);
}

/** A view of the event's record in a checked frame that stands in `bytes` from `start` to `end`. */
export function pointRecord(
  engine: ReadEngine,
  sequence: number,
  segment: Segment,
  bytes: Uint8Array,
  start: number,
  end: number,
): RecordView {
  const record = new RecordView();
  const body = start + frameHeaderBytes;
  const problem =
    segment.version === undefined
      ? record.point(bytes, body, end)
      : pointRustRecord(record, bytes, body, end, sequence, engine.index.columns.clock(sequence));
  if (problem === undefined && record.sequence === sequence) return record;
  throw new CorruptSegmentError({
    path: segment.path,
    offset: engine.index.columns.offset(sequence),
    expected: `the record of event ${sequence}`,
    actual: problem ?? `that of event ${record.sequence}`,
  });
}
