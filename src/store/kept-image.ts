import type { SummaryName } from '../codec/index/summary-parts.ts';
import type { EventIndex } from '../indexes/event-index.ts';
import type { SegmentList } from '../log/segment-list.ts';
import type { Timeline } from '../log/timeline.ts';
import type { Files } from '../model/files.ts';
import type { Logger } from '../model/logger.ts';
import { translateSystemError } from '../platform/system-error.ts';
import { imageFileName } from '../recovery/image/image-file.ts';
import { writeImage } from '../recovery/image/image-writer.ts';
import type { SegmentNotes } from '../recovery/image/segment-notes.ts';

/** The parts of a store that its index image is made from. */
export interface KeptImageParts {
  readonly files: Files;
  readonly directory: string;
  readonly storeId: Uint8Array;
  readonly salt: number;
  readonly hashChain: boolean;
  readonly segments: SegmentList;
  readonly index: EventIndex;
  readonly names: () => readonly SummaryName[];
  readonly notes: SegmentNotes;
  readonly timeline: Timeline;
  readonly logger: Logger;
  /** Whether an image is to be written at all. */
  readonly enabled: boolean;
  /** Whether the store was opened from the image that is there. */
  readonly joined: boolean;
}

/**
 * The index image of a store, which makes its next opening fast. It is written when the store is
 * closed cleanly, unless the one that is there says the same.
 */
export class KeptImage {
  readonly #parts: KeptImageParts;
  /** The end of the log that the image on the disk knows; `undefined` when there is none. */
  readonly #known: string | undefined;

  constructor(parts: KeptImageParts) {
    this.#parts = parts;
    this.#known = parts.joined ? endOf(parts.segments) : undefined;
  }

  /**
   * Writes the image of a log that ended cleanly and is durable. That it fails is a warning: the
   * log has all of it.
   */
  saveOnClose(): void {
    const { directory, segments, timeline, names, enabled, logger, index } = this.#parts;
    const foreign = segments.all.some(({ version }) => version !== undefined);
    if (!enabled || foreign || segments.last === undefined || index.sparse) return;
    if (endOf(segments) === this.#known) return;
    const path = `${directory}/${imageFileName}`;
    const { timestampUs, counter } = timeline;
    try {
      if (writeImage({ ...this.#parts, names: names(), timestampUs, counter })) return;
      logger.warn({ path }, 'no index image was written: a segment has a damaged frame');
    } catch (cause) {
      const err = translateSystemError('write', path, cause);
      logger.warn({ err, path }, 'the index image could not be written: opening will take longer');
    }
  }
}

function endOf(segments: SegmentList): string {
  const { last } = segments;
  return last === undefined ? '' : `${last.path} ${last.validBytes}`;
}
