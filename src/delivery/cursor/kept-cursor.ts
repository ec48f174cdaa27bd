import type { CursorState, ParkedEvent } from '../../codec/cursor-state.ts';
import { assert } from '../../model/assert.ts';
import { CursorClosedError } from '../../model/errors/delivery-errors.ts';
import { formatId, writeId } from '../../model/event-id.ts';
import type { LiveSource } from '../../model/event-source.ts';
import { Region } from '../../model/region.ts';
import type { WritingHost } from '../delivery-host.ts';
import type { PositionKeeper } from '../worker/position-keeper.ts';
import type { CursorFiles } from './cursor-files.ts';

/** Why the file of a cursor counts no more. */
export type CursorDiscardReason = 'another store' | 'ahead of the log' | 'another log';

/** What was found of a named cursor when it was opened. */
export interface CursorRecovery {
  /**
   * `new`: there was no file. `resumed`: it goes on where its file says. `discarded`: the file was
   * not of the log as it is now, and the cursor begins with the first event.
   */
  readonly outcome: 'new' | 'resumed' | 'discarded';
  /** The position in the file; 0 when there was none. */
  readonly position: number;
  /** Why it was discarded. */
  readonly reason?: CursorDiscardReason;
}

/** What is kept on the disk of one named cursor, while it is open. */
export class KeptCursor implements PositionKeeper {
  readonly name: string;
  /** Canonical text of its region. */
  readonly region: string;
  readonly recovered: CursorRecovery;
  readonly #host: WritingHost;
  readonly #files: CursorFiles;
  readonly #release: () => void;
  #saved: { readonly position: number; readonly parked: readonly ParkedEvent[] };
  #onDisk: boolean;
  #closed = false;

  /** `state`: what the file says; `from`: where it begins without one. */
  constructor(
    parts: { host: WritingHost; files: CursorFiles; release: () => void },
    cursor: { name: string; region: string; from: number },
    state: CursorState | undefined,
  ) {
    this.#host = parts.host;
    this.#files = parts.files;
    this.#release = parts.release;
    this.name = cursor.name;
    this.region = cursor.region;
    this.recovered = this.#judge(state);
    const resumed = this.recovered.outcome === 'resumed' ? state : undefined;
    this.#onDisk = resumed !== undefined;
    // Begun anew it takes the first event, whatever `from` says: none may be left out.
    const begin = this.recovered.outcome === 'discarded' ? 0 : cursor.from;
    this.#saved = { position: resumed?.position ?? begin, parked: resumed?.parked ?? [] };
  }

  /** Where it stood when it was last saved, or begins. */
  get position(): number {
    return this.#saved.position;
  }

  /** Events that were parked when it was last saved. */
  get parked(): readonly ParkedEvent[] {
    return this.#saved.parked;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Makes what has been written durable, then keeps that all before the position is done with, and
   * what is parked. Both are on the disk when it returns; when it throws, the file is as it was.
   *
   * @param written events before this sequence are made durable: those that a handler has appended
   * lie behind the position, and one that outlives them would say that they had been written
   *
   * @throws {CursorClosedError} {@link DiskFullError} {@link StorageError} {@link SyncFailedError}
   * @throws {WriterDeadError} {@link StoreClosedError} {@link NestedWriteError}
   */
  save(
    position: number,
    parked: readonly ParkedEvent[] = this.#saved.parked,
    written: number = this.#host.source.nextSequence,
  ): void {
    if (this.#closed) throw new CursorClosedError('checkpoint');
    const saved = this.#saved;
    if (this.#onDisk && saved.position === position && saved.parked === parked) return;
    // A store that holds nothing has no lasting id yet, and the beginning need not be kept.
    if (position === 0 && parked.length === 0 && !this.#onDisk) return;
    const { source } = this.#host;
    const needed = Math.max(position, written);
    if ((source.durableThrough() ?? -1) + 1 < needed) this.#host.sync();
    assert(position <= (source.durableThrough() ?? -1) + 1, 'what a cursor keeps is durable', {
      position,
    });
    const { storeId, epoch } = source.identity;
    const anchor = lastBefore(source, position);
    this.#files.save({
      storeId: bytesOf(storeId),
      epoch: Math.max(0, epoch),
      position,
      anchorSequence: anchor?.sequence ?? 0,
      anchorTimestampUs: anchor?.timestampUs ?? 0,
      name: this.name,
      region: this.region,
      parked,
    });
    this.#saved = { position, parked };
    this.#onDisk = true;
  }

  /** Frees the name. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
  }

  #judge(state: CursorState | undefined): CursorRecovery {
    if (state === undefined) return { outcome: 'new', position: 0 };
    const { position } = state;
    const reason = disagreementOf(state, this.#host.source);
    if (reason === undefined) return { outcome: 'resumed', position };
    const facts = { cursor: this.name, path: this.#files.pathOf(this.name), position, reason };
    this.#host.logger.warn(facts, 'the file of a cursor was discarded: it begins anew');
    return { outcome: 'discarded', position, reason };
  }
}

function disagreementOf(state: CursorState, source: LiveSource): CursorDiscardReason | undefined {
  const { storeId, epoch } = source.identity;
  if (formatId(state.storeId, 0) !== storeId) return 'another store';
  if (state.position > source.nextSequence || state.epoch > epoch) return 'ahead of the log';
  const { anchorSequence, anchorTimestampUs } = state;
  const found = lastBefore(source, state.position);
  if (found === undefined) return undefined;
  // Times of a store never fall, and stand still only while its clock does: an event in the same
  // place and of the same time is the same one. The anchor itself may be lost, to damage that was
  // salvaged; then one before it is found.
  const agrees =
    found.sequence === anchorSequence
      ? found.timestampUs === anchorTimestampUs
      : found.timestampUs <= anchorTimestampUs;
  return agrees ? undefined : 'another log';
}

/** The last event before the position. */
function lastBefore(
  source: LiveSource,
  position: number,
): { readonly sequence: number; readonly timestampUs: number } | undefined {
  const options = { after: position, reverse: true, limit: 1 };
  for (const entry of source.query(Region.all(), options)) return entry;
  return undefined;
}

function bytesOf(storeId: string): Uint8Array {
  const bytes = new Uint8Array(16);
  writeId('storeId', storeId, bytes);
  return bytes;
}
