import type { Receipt } from '../../model/receipt.ts';
import type { Engine } from '../engine.ts';
import type { Appender } from './append.ts';
import { type PreparedItem, writeBatch } from './append-batch.ts';
import type { AppendRequest } from './append-request.ts';
import { durableReceipt } from './receipt.ts';

/** A batch that is in the file. */
export interface StoredBatch {
  /** The receipts as they are before a sync. */
  readonly receipts: Receipt[];
  /** Syncs it and gives the receipts that say so. @throws {SyncFailedError} it is stored */
  sync(): Receipt[];
}

/**
 * Writes items that hold their names, and lets go of these. When this throws nothing of the batch
 * is stored, or nobody knows, and the names are held as before.
 *
 * @param bytesMax most bytes of payloads and extensions together
 */
export function storeBatch(
  { engine, appender }: { readonly engine: Engine; readonly appender: Appender },
  items: readonly PreparedItem[],
  bytesMax: number,
): StoredBatch {
  let written: ReturnType<typeof writeBatch>;
  try {
    written = writeBatch(engine, appender, items, bytesMax);
  } catch (cause) {
    undo(engine);
    throw cause;
  }
  letGo(engine, requestsOf(items));
  const { replayed, staged, batch } = written;
  const receipts = replayed ?? staged.map((event) => appender.receipt(event));
  return {
    receipts,
    sync: () => {
      if (receipts.every(({ durability }) => durability === 'durable')) return receipts;
      if (batch === undefined) engine.writer.sync();
      else batch.sync();
      return receipts.map(durableReceipt);
    },
  };
}

/** Forgets what was staged, and lets go of the names that the failed call held. */
export function undo({ writer, kinds }: Engine): void {
  writer.discard();
  kinds.rollback();
}

/** Lets go of the names of requests that are written, or will not be. */
export function letGo({ kinds }: Engine, requests: Iterable<AppendRequest>): void {
  if (kinds.tentative.length === 0) return;
  for (const { name } of requests) if (name !== undefined) kinds.release(name);
}

/** The requests of prepared items. */
export function* requestsOf(items: readonly PreparedItem[]): Generator<AppendRequest> {
  for (const { request } of items) yield request;
}
