import { frameHeaderBytes, sealFrame } from '../../codec/frame.ts';
import { encodeGap } from '../../codec/gap.ts';
import { frameBytesMax, RecordDraft } from '../../codec/record.ts';
import { recordTypes, writeDurableOffset } from '../../codec/record-layout.ts';
import { encodeSegmentHeader, type SegmentHeader } from '../../codec/segment-header.ts';
import { FrameGroup } from '../../log/frame-group.ts';
import { FrameScanner } from '../../log/frame-scanner.ts';
import { defined } from '../../model/assert.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import { systemKinds } from '../../model/kind.ts';
import { systemCallFailure } from '../../platform/system-call-failure.ts';
import { translateSystemError } from '../../platform/system-error.ts';
import type { PlannedGap } from './salvage-judge.ts';
import type { SegmentPlan } from './salvage-plan.ts';
import type { LogTime } from './salvage-units.ts';

const bufferBytes = 1024 * 1024;

/** What a segment is rewritten with. */
export interface Rewrite {
  readonly plan: SegmentPlan;
  readonly header: SegmentHeader;
  readonly salt: number;
  /** What the lost events are said to have come to. */
  readonly reason: string;
  /** Time of the CLEAN record at the log's end; `undefined` for a segment within the log. */
  readonly cleanTime: LogTime | undefined;
}

/**
 * Writes the new revision of a segment to a file of its own and syncs it: the frames that are kept
 * are the same but for durableOffset and checksum, and for what is lost there are GAP records.
 *
 * @returns bytes of the file
 * @throws {StorageError} {@link DiskFullError}
 */
export function rewriteSegment(files: Files, path: string, rewrite: Rewrite): number {
  try {
    const target = files.open(path, 'create');
    try {
      const writer = new SegmentWriter(target, rewrite.salt);
      writer.add(encodeSegmentHeader(rewrite.header));
      copyPieces(files, writer, rewrite);
      if (rewrite.cleanTime !== undefined) writer.addClean(rewrite, rewrite.cleanTime);
      writer.flush();
      target.sync();
      return writer.bytes;
    } finally {
      target.close();
    }
  } catch (cause) {
    throw translateSystemError('write', path, cause);
  }
}

function copyPieces(files: Files, writer: SegmentWriter, { plan, reason, salt }: Rewrite): void {
  const { file } = plan.place;
  const source = file === undefined ? undefined : files.open(file.path, 'read');
  try {
    for (const piece of plan.pieces) {
      if (piece.type === 'gap') {
        writer.addGap(piece.gap, reason);
        continue;
      }
      const from = defined(source, 'frames come from a file');
      const scanner = new FrameScanner(from, piece.start, piece.end, salt);
      while (scanner.next() > 0) writer.addFrame(scanner);
      if (scanner.nextOffset !== piece.end) throw systemCallFailure('EIO', 'read', file?.path);
    }
  } finally {
    source?.close();
  }
}

/** Writes a file from its start to its end. */
class SegmentWriter {
  readonly #target: FileHandle;
  readonly #salt: number;
  readonly #group: FrameGroup;
  readonly #buffer = new Uint8Array(bufferBytes);
  #filled = 0;
  #written = 0;

  constructor(target: FileHandle, salt: number) {
    this.#target = target;
    this.#salt = salt;
    this.#group = new FrameGroup(salt);
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#written + this.#filled;
  }

  add(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > this.#buffer.length) this.flush();
    if (bytes.length > this.#buffer.length) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Adds the frame on which the scanner stands. It says nothing of durability any more. */
  addFrame({ bytes, bodyStart, bodyEnd }: FrameScanner): void {
    const start = bodyStart - frameHeaderBytes;
    writeDurableOffset(bytes, bodyStart, 0);
    sealFrame(bytes, start, bodyEnd, this.#salt);
    this.add(bytes.subarray(start, bodyEnd));
  }

  addGap({ from, count, time, entities }: PlannedGap, reason: string): void {
    const payload = encodeGap({ from, count, reason, entities });
    const place = { type: recordTypes.gap, kind: systemKinds.gap, sequence: from };
    this.#addRecord(Object.assign(new RecordDraft(), { ...place, ...time, payload }));
  }

  /** Everything before it is synced together with it, so it may say that all of it is durable. */
  addClean({ plan }: Rewrite, time: LogTime): void {
    const sequence = plan.nextSequence;
    const place = { type: recordTypes.clean, kind: systemKinds.clean, sequence };
    const durableOffset = this.bytes;
    this.#addRecord(Object.assign(new RecordDraft(), { ...place, ...time, durableOffset }));
  }

  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #addRecord(draft: RecordDraft): void {
    this.#group.begin(frameBytesMax('', '', 0, draft.payload?.length ?? 0));
    this.#group.stage(draft);
    const { bytes } = this.#group;
    this.add(bytes.subarray(0, this.#group.end()));
  }

  #write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) {
      const left = bytes.length - written;
      const count = this.#target.write(bytes, written, left, this.#written + written);
      if (count === 0) throw systemCallFailure('EIO', 'write');
      written += count;
    }
    this.#written += written;
  }
}
