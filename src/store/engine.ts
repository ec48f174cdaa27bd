import type { EventIndex } from '../indexes/event-index.ts';
import type { WrappedInspector } from '../inspect/inspection.ts';
import type { FrameReader } from '../log/reader.ts';
import type { SegmentList } from '../log/segment-list.ts';
import type { Timeline } from '../log/timeline.ts';
import type { LogWriter } from '../log/writer.ts';
import type { Platform } from '../model/platform.ts';
import type { KindTable } from './kinds.ts';
import type { ResolvedOptions } from './options.ts';

/** What reading takes: the parts that a store and a follower of one have in common. */
export interface ReadEngine {
  readonly platform: Platform;
  readonly storeId: Uint8Array;
  readonly salt: number;
  readonly index: EventIndex;
  readonly kinds: KindTable;
  readonly segments: SegmentList;
  readonly reader: FrameReader;
  /** False once the store was closed: what needs the disk is refused. */
  open: boolean;
}

/** The parts of an open store, joined by `open.ts` and shared by its operations. */
export interface Engine extends ReadEngine {
  readonly options: ResolvedOptions;
  readonly hashChain: boolean;
  readonly timeline: Timeline;
  readonly writer: LogWriter;
  readonly inspect: WrappedInspector | undefined;
}
