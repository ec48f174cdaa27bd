import type { FooterSummary } from '../../src/codec/index/footer.ts';
import { footerVersion } from '../../src/codec/index/footer.ts';
import { encodeTrailer } from '../../src/codec/index/trailer.ts';
import { FrameReader } from '../../src/log/reader.ts';
import type { Segment } from '../../src/log/segment-list.ts';
import { defined } from '../../src/model/assert.ts';
import type { FileHandle } from '../../src/model/files.ts';
import type { MemoryFiles } from '../../src/platform/memory-files.ts';
import type { ScannedLog } from '../../src/recovery/climb.ts';
import { readFooter } from '../../src/recovery/image/footer-file.ts';
import { footerSteps } from '../../src/recovery/image/footer-steps.ts';
import { rowsOf } from '../../src/recovery/image/segment-rows.ts';
import { recoverLog } from '../../src/recovery/ladder.ts';
import { type ForgedLog, forgedSalt, forgedStoreId } from './forged-log.ts';
import { encodeFooterSummary } from './golden-index.ts';

/** A log of which one segment is given a footer. */
export class FootedSegment {
  readonly files: MemoryFiles;
  readonly log: ScannedLog;
  readonly segment: Segment;
  readonly handle: FileHandle;

  constructor(forged: ForgedLog, position = 0) {
    this.files = forged.write();
    this.log = recoverLog(this.files, forged.directory, 1);
    this.segment = defined(this.log.segments.all[position], 'there is such a segment');
    this.handle = this.files.open(this.segment.path, 'write');
  }

  /** Writes its footer, all steps at once. @returns how many steps that were */
  write(hashChain = true): number {
    const { segments, index, notes } = this.log;
    const end = defined(notes.ends.get(this.segment.id), 'the segment was read');
    const names = this.log.names.slice(0, end.names);
    const steps = footerSteps(this.handle, {
      ...{ files: this.files, storeId: forgedStoreId, salt: forgedSalt, hashChain, index, names },
      reader: new FrameReader(this.files, 4, forgedSalt),
      segment: this.segment,
      rows: rowsOf(segments, this.segment, index.count),
      end,
    });
    let count = 0;
    while (steps.next().done !== true) count += 1;
    return count;
  }

  /** What is found behind the segment's frames. */
  read(): ReturnType<typeof readFooter> {
    return readFooter(this.handle, this.handle.size(), this.segment, forgedSalt);
  }

  /** The summary that is found there. */
  summary(): FooterSummary {
    const found = this.read();
    if (typeof found === 'string') throw new Error(`no footer: ${found}`);
    return found.summary;
  }

  /** Puts another summary in its place, with checksums that hold. */
  forge(change: Partial<FooterSummary>, version: number = footerVersion): void {
    const found = this.read();
    if (typeof found === 'string') throw new Error(`no footer: ${found}`);
    const chunkBytes = found.summary.chunks.reduce((bytes, { count }) => bytes + 34 * count, 0);
    const summary = encodeFooterSummary({ ...found.summary, ...change });
    const trailer = encodeTrailer('FBATFOOT', version, chunkBytes, summary, forgedSalt);
    const at = this.segment.validBytes + chunkBytes;
    this.handle.truncate(at);
    this.handle.write(summary, 0, summary.length, at);
    this.handle.write(trailer, 0, trailer.length, at + summary.length);
  }
}
