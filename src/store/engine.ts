import type { EventIndex } from '../indexes/event-index.ts';
import type { WrappedInspector } from '../inspect/inspection.ts';
import type { FrameReader } from '../log/reader.ts';
import type { SegmentList } from '../log/segment-list.ts';
import type { Timeline } from '../log/timeline.ts';
import type { LogWriter } from '../log/writer.ts';
import type { KindTable } from './kinds.ts';
import type { ResolvedOptions } from './options.ts';

/** The parts of an open store, joined by `open.ts` and shared by its operations. */
export interface Engine {
  readonly options: ResolvedOptions;
  readonly storeId: Uint8Array;
  readonly salt: number;
  readonly hashChain: boolean;
  readonly index: EventIndex;
  readonly kinds: KindTable;
  readonly segments: SegmentList;
  readonly reader: FrameReader;
  readonly timeline: Timeline;
  readonly writer: LogWriter;
  readonly inspect: WrappedInspector | undefined;
  /** False once the store was closed: what needs the disk is refused. */
  open: boolean;
}
