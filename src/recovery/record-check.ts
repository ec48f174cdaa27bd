import { decodePayload } from '../codec/payload.ts';
import { payloadEncodings, recordTypes } from '../codec/record-layout.ts';
import type { RecordView } from '../codec/record-view.ts';
import type { CommitContent } from '../log/batch-commit.ts';

/** What keeps a whole frame from being the record that the log needs next. */
export interface RecordMismatch {
  readonly expected: string;
  readonly actual: string;
}

/** Checks what a control record says of the place it stands at. */
export function checkSequence(record: RecordView, sequence: number): RecordMismatch | undefined {
  if (record.encoding !== payloadEncodings.msgpack) {
    return { expected: 'a payload of msgpack', actual: `encoding ${record.encoding}` };
  }
  if (record.sequence === sequence) return undefined;
  return { expected: `sequence ${sequence}`, actual: `sequence ${record.sequence}` };
}

/** Content of a BEGIN record; `undefined` when it is none. */
export function beginCount(record: RecordView): number | undefined {
  const content = contentOf(record);
  const count = content?.count;
  return isCount(count) && record.batchIdAt > 0 ? count : undefined;
}

/** Content of a COMMIT record; `undefined` when it is none. */
export function commitContent(record: RecordView): CommitContent | undefined {
  const content = contentOf(record);
  const count = content?.count;
  const crc = content?.crc;
  return isCount(count) && isCount(crc) && record.batchIdAt > 0 ? { count, crc } : undefined;
}

/** The name that a NAME record binds to its kind; `undefined` when it is none. */
export function boundName(record: RecordView): string | undefined {
  const name = contentOf(record)?.name;
  return record.type === recordTypes.name && typeof name === 'string' ? name : undefined;
}

function contentOf(record: RecordView): Record<string, unknown> | undefined {
  try {
    const value = decodePayload(record.bytes, record.payloadAt, record.payloadEnd);
    return isMap(value) ? value : undefined;
  } catch {
    // The checksum held, so no disk did this; whoever wrote it, it is not what stands here.
    return undefined;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
