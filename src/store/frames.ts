import { frameHeaderBytes } from '../codec/frame.ts';
import { RecordView } from '../codec/record.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { ReadEngine } from './engine.ts';

/**
 * The record of a visible event, read from the disk into bytes of its own.
 *
 * @throws {CorruptSegmentError} when the disk no longer holds what was written
 */
export function readRecord(engine: ReadEngine, sequence: number): RecordView {
  const { columns } = engine.index;
  const segment = engine.segments.of(sequence);
  const offset = columns.offset(sequence);
  const bytes = engine.reader.read(segment, offset, columns.length(sequence));
  return pointRecord(engine, sequence, bytes, 0, bytes.length);
}

/** A view of the event's record in a checked frame that stands in `bytes` from `start` to `end`. */
export function pointRecord(
  engine: ReadEngine,
  sequence: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): RecordView {
  const record = new RecordView();
  const problem = record.point(bytes, start + frameHeaderBytes, end);
  if (problem === undefined && record.sequence === sequence) return record;
  throw new CorruptSegmentError({
    path: engine.segments.of(sequence).path,
    offset: engine.index.columns.offset(sequence),
    expected: `the record of event ${sequence}`,
    actual: problem ?? `that of event ${record.sequence}`,
  });
}
