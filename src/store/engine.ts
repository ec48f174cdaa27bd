import type { EventIndex } from '../indexes/event-index.ts';
import type { WrappedInspector } from '../inspect/inspection.ts';
import type { FrameReader } from '../log/reader.ts';
import type { SegmentList } from '../log/segment-list.ts';
import type { Timeline } from '../log/timeline.ts';
import type { LogWriter } from '../log/writer.ts';
import type { WriterControl } from '../log/writer-control.ts';
import type { Platform } from '../model/platform.ts';
import type { Caching } from '../projections/projections.ts';
import type { FooterWriter } from '../recovery/image/footer-writer.ts';
import type { KeptImage } from './kept-image.ts';
import type { ResolvedOptions } from './options/options.ts';
import type { FailureReports } from './write/failure-reports.ts';
import type { KeptKeys } from './write/kept-keys.ts';
import type { KindTable } from './write/kinds.ts';

/** What reading takes: the parts that a store and a follower of one have in common. */
export interface ReadEngine {
  readonly platform: Platform;
  readonly storeId: Uint8Array;
  readonly salt: number;
  readonly index: EventIndex;
  readonly kinds: KindTable;
  readonly segments: SegmentList;
  readonly reader: FrameReader;
  /** What is kept of idempotency keys on the disk; a follower has none. */
  readonly keptKeys?: KeptKeys;
  /** Where states of projections are kept, and who is told of failures; a follower has none. */
  readonly caching?: Caching;
  /** False once the store was closed: what needs the disk is refused. */
  open: boolean;
}

/** The parts of an open store, joined by `open.ts` and shared by its operations. */
export interface Engine extends ReadEngine {
  readonly options: ResolvedOptions;
  readonly hashChain: boolean;
  readonly keptKeys: KeptKeys;
  readonly keptImage: KeptImage;
  readonly footers: FooterWriter;
  readonly timeline: Timeline;
  readonly writer: LogWriter;
  readonly control: WriterControl;
  readonly reports: FailureReports;
  readonly inspect: WrappedInspector | undefined;
}
