import type { SummaryName } from '../../codec/index/summary-parts.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { FrameReader } from '../../log/reader.ts';
import type { Segment, SegmentList } from '../../log/segment-list.ts';
import type { FileHandle } from '../../model/files.ts';
import type { Logger } from '../../model/logger.ts';
import type { Platform } from '../../model/platform.ts';
import { type FooterSubject, footerSteps } from './footer-steps.ts';
import type { KnownFooter, SegmentEnd, SegmentNotes } from './segment-notes.ts';
import { rowsOf } from './segment-rows.ts';

/** What a writer of footers works with. */
export interface FooterParts {
  readonly platform: Platform;
  readonly storeId: Uint8Array;
  readonly salt: number;
  readonly hashChain: boolean;
  readonly segments: SegmentList;
  readonly index: EventIndex;
  readonly reader: FrameReader;
  readonly notes: SegmentNotes;
  readonly logger: Logger;
  /** Names in the order in which the log bound them. */
  readonly names: () => readonly SummaryName[];
}

interface RunningFooter {
  readonly segment: Segment;
  readonly handle: FileHandle;
  readonly steps: Generator<void, KnownFooter | undefined>;
}

/**
 * Writes footers of sealed segments while the store goes on: one at a time, in slices between
 * other work of the event loop, and synced off it. A footer that can't be written is a warning and
 * nothing else, and is not tried again by this process; one that is not finished is left behind.
 */
export class FooterWriter {
  readonly #parts: FooterParts;
  readonly #queue: Segment[] = [];
  /** Ids of segments that were taken into the queue once. */
  readonly #taken = new Set<number>();
  #running: RunningFooter | undefined;
  #stopped = false;

  constructor(parts: FooterParts) {
    this.#parts = parts;
  }

  /** How many footers are still to be written. */
  get pending(): number {
    return this.#queue.length + (this.#running === undefined ? 0 : 1);
  }

  /**
   * Takes note that the last segment was sealed, and another one begun behind it. Footers that
   * earlier segments lack, because a process ended before they were written, are made good for.
   */
  sealed(end: SegmentEnd): void {
    const { segments, notes } = this.#parts;
    const before = segments.all.slice(0, -1);
    const sealed = before.at(-1);
    if (sealed !== undefined) notes.ends.set(sealed.id, end);
    for (const segment of before) {
      if (this.#taken.has(segment.id) || notes.footers.has(segment.id)) continue;
      this.#taken.add(segment.id);
      if (notes.ends.has(segment.id)) this.#queue.push(segment);
    }
    this.#next();
  }

  /** Leaves what is not finished. */
  stop(): void {
    this.#stopped = true;
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) closeQuietly(running.handle);
  }

  #next(): void {
    if (this.#running !== undefined || this.#stopped) return;
    const segment = this.#queue.shift();
    if (segment === undefined) return;
    try {
      this.#running = this.#begin(segment);
    } catch (cause) {
      this.#warn(segment, cause);
    }
    if (this.#running === undefined) this.#next();
    else this.#continue();
  }

  #begin(segment: Segment): RunningFooter | undefined {
    const { platform, segments, notes, names, index } = this.#parts;
    const end = notes.ends.get(segment.id);
    // What was rewritten by a salvage has no follower that names its end: no footer is looked for.
    if (end === undefined || segment.header.replaces !== undefined || index.sparse)
      return undefined;
    const handle = platform.files.open(segment.path, 'write');
    if (!this.#makeRoom(segment, handle)) return undefined;
    const subject: FooterSubject = {
      ...this.#parts,
      files: platform.files,
      segment,
      end,
      rows: rowsOf(segments, segment, index.count),
      names: names().slice(0, end.names),
    };
    return { segment, handle, steps: footerSteps(handle, subject) };
  }

  /** Cuts off what an attempt before this one left. @returns whether a footer may be written */
  #makeRoom(segment: Segment, handle: FileHandle): boolean {
    const { validBytes } = segment;
    const { all } = this.#parts.segments;
    const follower = all[all.indexOf(segment) + 1];
    try {
      if (handle.size() === validBytes) return true;
      // Frames may stand there that were carried over into the next segment: readers may not know.
      if (follower?.header.epoch === segment.header.epoch) {
        handle.truncate(validBytes);
        return true;
      }
    } catch (cause) {
      closeQuietly(handle);
      throw cause;
    }
    closeQuietly(handle);
    return false;
  }

  #continue(): void {
    this.#parts.platform.timers.soon(() => {
      const running = this.#running;
      if (running === undefined) return;
      try {
        const step = running.steps.next();
        if (step.done !== true) this.#continue();
        else this.#sync(running, step.value);
      } catch (cause) {
        this.#end(running, cause);
      }
    });
  }

  #sync(running: RunningFooter, footer: KnownFooter | undefined): void {
    if (footer === undefined) {
      this.#end(running, undefined);
      return;
    }
    running.handle.beginSync('all', (failure) => {
      if (failure === undefined) this.#parts.notes.footers.set(running.segment.id, footer);
      this.#end(running, failure);
    });
  }

  #end(running: RunningFooter, failure: unknown): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    closeQuietly(running.handle);
    if (failure !== undefined) this.#warn(running.segment, failure);
    this.#next();
  }

  #warn({ path }: Segment, cause: unknown): void {
    this.#parts.logger.warn(
      { err: cause, path },
      'the footer of a segment could not be written: it will be read whole after a crash',
    );
  }
}

/** A footer counts once it is synced: that its descriptor is not closed properly harms nothing. */
function closeQuietly(handle: FileHandle): void {
  try {
    handle.close();
  } catch {
    // Whatever the system says, the descriptor is gone.
  }
}
