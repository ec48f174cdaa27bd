import type { Cursor } from '../delivery/cursor/cursor.ts';
import type { CursorOptions } from '../delivery/cursor/cursor-options.ts';
import { type CursorSummary, NamedCursors } from '../delivery/cursor/named-cursors.ts';
import type { WritingHost } from '../delivery/delivery-host.ts';
import { openReactor, type ReactOptions, type Reactor } from '../delivery/react/reactor.ts';
import type { CursorHandler } from '../delivery/worker/cursor-handler.ts';
import type { CursorWorker } from '../delivery/worker/cursor-worker.ts';
import { openWorker } from '../delivery/worker/open-worker.ts';
import type { WorkerOptions } from '../delivery/worker/worker-options.ts';
import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import type { IndexEntry, StoredEvent } from '../model/event.ts';
import type { EventSink } from '../model/event-sink.ts';
import type { Region } from '../model/region.ts';
import type { Engine } from './engine.ts';
import { StoreSubmits } from './store-submits.ts';

/** How a store delivers events to who works with them, and remembers how far they have come. */
export abstract class StoreDeliveries extends StoreSubmits implements EventSink {
  readonly #host: WritingHost & { readonly sink: EventSink };
  readonly #named: NamedCursors;

  /** @internal */
  constructor(engine: Engine) {
    super(engine);
    const { platform, dataDir, logger } = engine.options;
    this.#host = {
      ...{ source: this, sink: this, platform, logger, inspect: engine.inspect },
      directory: platform.files.absolute(dataDir),
      sync: () => this.sync(),
      whenDurable: (sequence) => this.whenDurable(sequence),
      report: (failure, what) => engine.reports.report(failure, what),
    };
    this.#named = new NamedCursors(this.#host);
  }

  /**
   * Every event of the region, in order, from the first on unless `from` says otherwise: none is
   * skipped or handed out twice for as long as the cursor lives. See {@link Cursor}.
   *
   * Under a `name` its position is kept in the store's directory by `checkpoint`, and the next
   * cursor of that name and region goes on there. A position that is not of the log as it is now is
   * discarded: the cursor begins with the first event, and `recovered` and the logger say so.
   *
   * @throws {CursorRegionError} when the name was used for another region
   * @throws {CursorOpenError} while a cursor, worker or reactor of the name is open
   * @throws {CorruptCursorError} {@link UnsupportedVersionError} when its file can't be read
   * @throws {StorageError} {@link StoreClosedError} {@link ArgumentTypeError}
   * @throws {ArgumentRangeError}
   */
  override cursorGuaranteed(
    region: Region,
    options: CursorOptions & { readonly read: 'entries' },
  ): Cursor<IndexEntry>;
  override cursorGuaranteed(region: Region, options?: CursorOptions): Cursor<StoredEvent>;
  override cursorGuaranteed(region: Region, options: CursorOptions = {}): Cursor<IndexEntry> {
    this.#requireOpen('cursorGuaranteed');
    return this.live.cursor(region, options, this.#named);
  }

  /**
   * Hands the events of the region to a handler, in batches, in order and at least once, until it
   * is stopped: those that are there and those to come. Under a `name` the next worker goes on
   * behind what was done with. A handler that fails is called again after a while; an event that it
   * fails on again and again is parked. See {@link CursorWorker} and `docs/delivery.md`.
   *
   * ```ts
   * const worker = store.cursorWorker(Region.namespace('order'), sendMails, { name: 'mail' });
   * ```
   *
   * @throws {CursorRegionError} {@link CursorOpenError} {@link CorruptCursorError} as for a cursor
   * @throws {UnsupportedVersionError} {@link StorageError} {@link StoreClosedError}
   * @throws {ArgumentTypeError} {@link ArgumentRangeError}
   */
  cursorWorker(
    region: Region,
    handler: CursorHandler<IndexEntry>,
    options: WorkerOptions & { readonly read: 'entries' },
  ): CursorWorker;
  cursorWorker(
    region: Region,
    handler: CursorHandler<StoredEvent>,
    options?: WorkerOptions,
  ): CursorWorker;
  cursorWorker(
    region: Region,
    handler: CursorHandler<never>,
    options: WorkerOptions = {},
  ): CursorWorker {
    this.#requireOpen('cursorWorker');
    return openWorker(this.#host, this.#named, region, handler, options);
  }

  /**
   * Appends what a reactor makes of each event of the region, as one batch caused by the event, in
   * its correlation. Works as {@link Store.cursorWorker} does, under a name that is required; each
   * event is reacted to once, whatever crashes between, for as long as the store's `idempotency`
   * options keep the keys of its reactions. It is not given its own reactions unless `reactToOwn`.
   *
   * ```ts
   * store.react(orders, (order) => [item('stock:7', Reserved, { count: 1 })], { name: 'stock' });
   * ```
   *
   * @throws {CursorRegionError} {@link CursorOpenError} {@link CorruptCursorError} as for a cursor
   * @throws {UnsupportedVersionError} {@link StorageError} {@link StoreClosedError}
   * @throws {ArgumentTypeError} {@link ArgumentRangeError}
   */
  react(region: Region, reactor: Reactor, options: ReactOptions): CursorWorker {
    this.#requireOpen('react');
    return openReactor(this.#host, this.#named, region, reactor, options);
  }

  /**
   * The named cursors that have a file, by their names.
   *
   * @throws {CorruptCursorError} {@link UnsupportedVersionError} when a file can't be read
   * @throws {StorageError} {@link StoreClosedError}
   */
  cursors(): CursorSummary[] {
    this.#requireOpen('cursors');
    return this.#named.list();
  }

  /**
   * Forgets a named cursor, and what its worker has parked, also when its file is damaged. Durable
   * on return. @returns whether there was one
   *
   * @throws {CursorOpenError} while it is open
   * @throws {StorageError} {@link StoreClosedError} {@link ArgumentTypeError}
   * @throws {ArgumentRangeError}
   */
  deleteCursor(name: string): boolean {
    this.#requireOpen('deleteCursor');
    return this.#named.delete(name);
  }

  /** What layers above deliver with. @internal */
  get deliveries(): { readonly host: WritingHost; readonly named: NamedCursors } {
    return { host: this.#host, named: this.#named };
  }

  /** @internal */
  abstract sync(): void;

  /** @internal */
  abstract whenDurable(sequence: number): Promise<void>;

  #requireOpen(operation: string): void {
    if (this.closed) throw new StoreClosedError(operation);
  }
}
