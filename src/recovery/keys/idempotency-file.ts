import {
  decodeKeyCheckpoint,
  encodeKeyCheckpoint,
  type KeyCheckpoint,
  type KeyCheckpointProblem,
} from '../../codec/key-checkpoint.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { Files } from '../../model/files.ts';
import { replaceFile } from '../../platform/replace-file.ts';
import { systemCodeOf } from '../../platform/system-error.ts';

/** Name of the file in the store's directory. */
export const idempotencyFileName = 'idempotency';

/** Largest file that is read: twice what the largest number of keys takes. */
const fileBytesMax = 1024 * 1024 * 1024;

/** Why the file was not used. `ahead`, `other log`: it is whole, but not of the log as it is. */
export interface RefusedCheckpoint {
  readonly refused:
    | KeyCheckpointProblem
    | 'no file'
    | 'too large'
    | 'unreadable'
    | 'ahead of the log'
    | 'another log'
    | 'another seed';
  /** The system's code, such as `EIO`, when the file could not be read. */
  readonly systemCode?: string;
}

/** What a checkpoint must agree with to be used. */
export interface RecoveredKeys {
  readonly storeId: Uint8Array;
  /** Epoch of the log's last segment. */
  readonly epoch: number;
  readonly index: EventIndex;
}

/**
 * Reads the store's checkpoint of idempotency keys and holds it against the recovered log. It is
 * derived from the log, so one that is damaged, of another store or ahead of the log is left out:
 * the log's own records say which keys there are.
 *
 * @returns the checkpoint, why it is refused, or `undefined` when there is none
 */
export function readIdempotencyFile(
  files: Files,
  directory: string,
  log: RecoveredKeys,
): KeyCheckpoint | RefusedCheckpoint | undefined {
  let bytes: Uint8Array | RefusedCheckpoint | undefined;
  try {
    bytes = readWhole(files, `${directory}/${idempotencyFileName}`);
  } catch (cause) {
    const systemCode = systemCodeOf(cause);
    if (systemCode === undefined) throw cause;
    return { refused: 'unreadable', systemCode };
  }
  if (!(bytes instanceof Uint8Array)) return bytes;
  const checkpoint = decodeKeyCheckpoint(bytes, log.storeId);
  if (typeof checkpoint === 'string') return { refused: checkpoint };
  const disagreement = disagreementOf(checkpoint, log);
  return disagreement === undefined ? checkpoint : { refused: disagreement };
}

/** Writes the checkpoint, whole or not at all. Throws what the files throw. */
export function writeIdempotencyFile(
  files: Files,
  directory: string,
  checkpoint: KeyCheckpoint,
): void {
  replaceFile(files, directory, idempotencyFileName, encodeKeyCheckpoint(checkpoint));
}

function disagreementOf(
  { watermark, epoch, seed, lastTimestampUs }: KeyCheckpoint,
  log: RecoveredKeys,
): 'ahead of the log' | 'another log' | 'another seed' | undefined {
  const { columns, count } = log.index;
  if (watermark > count || epoch > log.epoch) return 'ahead of the log';
  // Times of a store are never the same twice: this is the log up to there, and no other.
  const found = watermark === 0 ? 0 : columns.timestampUs(watermark - 1);
  if (found !== lastTimestampUs) return 'another log';
  return seed === log.index.keys.seed ? undefined : 'another seed';
}

function readWhole(files: Files, path: string): Uint8Array | RefusedCheckpoint | undefined {
  const status = files.stat(path);
  if (status === undefined) return undefined;
  // A link is not followed: what is behind it was not put there by this library.
  if (status.type !== 'file') return { refused: 'no file' };
  if (status.sizeBytes > fileBytesMax) return { refused: 'too large' };
  const handle = files.open(path, 'read');
  try {
    const bytes = new Uint8Array(handle.size());
    let filled = 0;
    while (filled < bytes.length) {
      const count = handle.read(bytes, filled, bytes.length - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    handle.close();
  }
}
