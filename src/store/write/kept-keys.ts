import type { RememberedReceipt } from '../../codec/remembered-receipt.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { SegmentList } from '../../log/segment-list.ts';
import type { Files } from '../../model/files.ts';
import type { Logger } from '../../model/logger.ts';
import { translateSystemError } from '../../platform/system-error.ts';
import {
  idempotencyFileName,
  type RefusedCheckpoint,
  readIdempotencyFile,
  writeIdempotencyFile,
} from '../../recovery/keys/idempotency-file.ts';
import { RememberedReceipts } from '../../recovery/keys/remembered-receipts.ts';

/** The parts of a store that its checkpoint of idempotency keys is made from. */
export interface KeptKeysParts {
  readonly files: Files;
  readonly directory: string;
  readonly storeId: Uint8Array;
  /** Epoch of the recovered log's last segment; -1 in a new store. */
  readonly recoveredEpoch: number;
  readonly segments: SegmentList;
  readonly index: EventIndex;
  readonly logger: Logger;
  /** Told why the file that is there is not used. */
  readonly refused: (path: string, reason: string) => void;
}

/**
 * What a store keeps of its idempotency keys besides the records that bear them: the file
 * `idempotency`, and the receipts of events whose frames were dropped. The log is the truth: the
 * file is joined with what recovery found there, and a file that can't be used is left out.
 *
 * It is written when a store that was written to is closed, and before something drops frames.
 */
export class KeptKeys {
  readonly #parts: KeptKeysParts;
  readonly #eventsAtOpen: number;
  readonly #remembered = new RememberedReceipts();
  /** Whether the disk holds exactly what {@link KeptKeys.save} would write for this sequence. */
  #savedThrough = -1;

  /** Reads the file and takes over what it holds. */
  constructor(parts: KeptKeysParts) {
    this.#parts = parts;
    const { files, directory, storeId, recoveredEpoch, index, logger, refused } = parts;
    this.#eventsAtOpen = index.count;
    const log = { storeId, epoch: recoveredEpoch, index };
    const read = readIdempotencyFile(files, directory, log);
    if (read === undefined) return;
    if ('refused' in read) {
      refused(this.#path, reasonOf(read));
      logger.warn(
        { path: this.#path, ...read },
        'the checkpoint of idempotency keys is not used: they are taken from the log',
      );
      return;
    }
    if (index.count > 0) index.keys.advance(index.count - 1);
    index.keys.restore(read.entries);
    this.#remembered.restore(read.receipts);
    this.#savedThrough = read.watermark;
  }

  /** What is left of the event of this sequence when its frame was dropped, or `undefined`. */
  find(sequence: number): RememberedReceipt | undefined {
    return this.#remembered.count === 0 ? undefined : this.#remembered.find(sequence);
  }

  /** Keeps receipts of events whose frames are about to be dropped. Saved by the next `save`. */
  remember(receipts: readonly RememberedReceipt[]): void {
    this.#remembered.add(receipts);
    this.#savedThrough = -1;
  }

  /**
   * Writes the file, unless it is on the disk already. Every event must be durable: what is in the
   * file counts as part of the log.
   *
   * @throws {DiskFullError} {@link StorageError} the file is then as it was
   */
  save(): void {
    const { files, directory, storeId, segments, index } = this.#parts;
    const watermark = index.count;
    if (this.#savedThrough === watermark) return;
    this.#remembered.dropBefore(index.keys.windowStart);
    const checkpoint = {
      storeId,
      epoch: Math.max(0, segments.last?.header.epoch ?? 0),
      watermark,
      lastTimestampUs: watermark === 0 ? 0 : index.columns.timestampUs(watermark - 1),
      seed: index.keys.seed,
      entries: index.keys.entries(),
      receipts: this.#remembered.bytes,
      receiptCount: this.#remembered.count,
    };
    try {
      writeIdempotencyFile(files, directory, checkpoint);
    } catch (cause) {
      throw translateSystemError('write', this.#path, cause);
    }
    this.#savedThrough = watermark;
  }

  /** Writes the file for a store that is closed. That it fails is a warning: the log has it all. */
  saveOnClose(): void {
    const { index, logger } = this.#parts;
    // A store that wasn't written to leaves its directory as it was.
    if (index.count === this.#eventsAtOpen) return;
    try {
      if (this.#isNeeded()) this.save();
    } catch (cause) {
      logger.warn(
        { err: cause, path: this.#path },
        'the checkpoint of idempotency keys could not be written: the log has them all',
      );
    }
  }

  /** A store that never saw a key has no file. */
  #isNeeded(): boolean {
    const { files, index } = this.#parts;
    if (index.keys.count > 0 || this.#remembered.count > 0) return true;
    return files.stat(this.#path) !== undefined;
  }

  get #path(): string {
    return `${this.#parts.directory}/${idempotencyFileName}`;
  }
}

function reasonOf({ refused, systemCode }: RefusedCheckpoint): string {
  return systemCode === undefined ? refused : `${refused}: ${systemCode}`;
}
