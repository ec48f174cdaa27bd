import { type EventColumns, pageRows } from '../../indexes/columns.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { SegmentList } from '../../log/segment-list.ts';
import { CorruptSegmentError } from '../../model/errors/corruption-errors.ts';
import type { Files } from '../../model/files.ts';
import { LogScan } from '../scan.ts';
import { withSegment } from '../segment-opening.ts';

/** What columns are made anew from. */
export interface RebuildSubject {
  readonly files: Files;
  readonly segments: SegmentList;
  readonly salt: number;
  /** The index whose columns they are to be. */
  readonly index: EventIndex;
  /** Reads what another program left before the first of our segments. */
  readonly foreign: (index: EventIndex) => unknown;
}

/**
 * Reads the whole log again for its columns, with the numbers that streams and scopes have in the
 * index. Rarely needed: when a chunk of them is damaged.
 *
 * @throws {CorruptSegmentError} when the frames are damaged, too
 */
export function rebuildColumns(subject: RebuildSubject): EventColumns {
  const { files, segments, salt, index } = subject;
  const scan = new LogScan(salt, 0);
  subject.foreign(scan.index);
  for (const segment of segments.all) {
    if (segment.version !== undefined) continue;
    withSegment(files, segment.path, (handle) => {
      scan.segment(handle, { ...segment }, segment.validBytes, false);
    });
  }
  const { columns } = scan.index;
  if (columns.count < index.columns.count) {
    throw new CorruptSegmentError({
      path: segments.last?.path ?? '',
      offset: segments.last?.validBytes ?? 0,
      expected: `${index.columns.count} events`,
      actual: `${columns.count}`,
    });
  }
  renumber(columns, scan.index, index);
  return columns;
}

/** Gives the rows the numbers that the same texts have in another index. */
function renumber(columns: EventColumns, from: EventIndex, to: EventIndex): void {
  const streams = Array.from({ length: from.entities.size }, (_, id) =>
    to.entities.internKey(from.entities.key(id)),
  );
  const scopes = Array.from({ length: from.scopes.size }, (_, id) =>
    to.scopes.intern(from.scopes.text(id)),
  );
  for (let start = 0; start < columns.count; start += pageRows) {
    const { entity, scope, length } = columns.pageOf(start);
    for (let at = 0; at < Math.min(pageRows, columns.count - start); at += 1) {
      if (length[at] === 0) continue;
      entity[at] = streams[entity[at] ?? 0] ?? 0;
      scope[at] = scopes[scope[at] ?? 0] ?? 0;
    }
  }
}
