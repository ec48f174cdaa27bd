import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { BatpakError } from '../model/errors/batpak-error.ts';
import { ImportFailedError } from '../model/errors/exchange-errors.ts';
import { Store } from '../store/store.ts';
import { ChainCheck } from './chain-check.ts';
import { type CloudEvent, cloudSourceOf } from './cloud-event.ts';
import { prepareImportBatch } from './import-batch.ts';
import { type IncomingEvent, readCloudEvent } from './incoming-event.ts';

/** What an import may be given. */
export interface ImportOptions {
  /**
   * Most events that are checked, and then written together, 1 to 65 536. A batch is smaller where
   * `batch.maxSize` or `batch.maxBytes` of the store ask for it. @default 256
   */
  readonly batchEvents?: number;
  /**
   * Whether the clocks and hashes of each entity have to follow each other in the file. It takes
   * memory for each entity, and fits whole entities only: an export by kind or scope has gaps.
   * @default false
   */
  readonly checkChains?: boolean;
  /** Whether everything is durable when the import is over. @default true */
  readonly durable?: boolean;
}

/** What came of an import. */
export interface ImportReport {
  /** Events that were read: `imported` and `known`. */
  readonly read: number;
  /** Events that were written. */
  readonly imported: number;
  /** Events that the store had already. */
  readonly known: number;
  /** Names of attributes that the store doesn't keep, the first 64 of them. */
  readonly ignoredAttributes: readonly string[];
}

/** What can be imported: a line of NDJSON each, or an object each. Empty lines are skipped. */
export type CloudEventInput = string | CloudEvent | Readonly<Record<string, unknown>>;

/**
 * Appends CloudEvents in batches, one after another; holds one batch in memory. Each event is
 * checked before anything of its batch is written. Events get ids, sequences, clocks and times of
 * this store; what they had is kept, see `originOf`, and ids that they name are translated.
 *
 * An event that was imported before, told by its source and id, is not written again, for as long
 * as the store's `idempotency` options keep keys.
 *
 * @throws {ImportFailedError} with the line, what was written before, and the cause: an
 * {@link InvalidCloudEventError}, or what `appendBatch` throws
 * @throws {SyncFailedError} when all was written, but could not be made durable
 * @throws {ArgumentTypeError} {@link ArgumentRangeError}
 */
export function importCloudEvents(
  store: Store,
  events: Iterable<CloudEventInput>,
  options: ImportOptions = {},
): ImportReport {
  const importer = new Importer(store, options);
  // Characters of a text are no events.
  if (typeof events === 'string' || typeof events?.[Symbol.iterator] !== 'function') {
    throw new ArgumentTypeError('events', events, 'an iterable of lines or objects');
  }
  for (const event of events) importer.add(event);
  return importer.finish();
}

/**
 * As {@link importCloudEvents}, from an async source, such as the lines of a file by
 * `node:readline`. Other writes may come between its batches.
 */
export async function importCloudEventStream(
  store: Store,
  events: AsyncIterable<CloudEventInput>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const importer = new Importer(store, options);
  if (typeof events?.[Symbol.asyncIterator] !== 'function') {
    throw new ArgumentTypeError('events', events, 'an async iterable of lines or objects');
  }
  for await (const event of events) importer.add(event);
  return importer.finish();
}

const batchEventsDefault = 256;
const batchEventsMax = 65_536;
const ignoredMax = 64;

class Importer {
  readonly #store: Store;
  readonly #ownSource: string;
  readonly #batchEvents: number;
  readonly #durable: boolean;
  readonly #chains: ChainCheck | undefined;
  readonly #ignored = new Set<string>();
  #pending: IncomingEvent[] = [];
  #line = 0;
  /** Line to blame for what fails now. */
  #suspect = 0;
  #imported = 0;
  #known = 0;

  constructor(store: Store, options: ImportOptions) {
    if (!(store instanceof Store)) throw new ArgumentTypeError('store', store, 'an open Store');
    checkOptions(options);
    this.#store = store;
    this.#ownSource = cloudSourceOf(store);
    this.#batchEvents = options.batchEvents ?? batchEventsDefault;
    this.#durable = options.durable ?? true;
    this.#chains = options.checkChains === true ? new ChainCheck() : undefined;
  }

  add(given: CloudEventInput): void {
    this.#line += 1;
    if (typeof given === 'string' && given.trim() === '') return;
    this.#suspect = this.#line;
    this.#guard(() => {
      const event = readCloudEvent(given, this.#line, (attribute) => {
        if (this.#ignored.size < ignoredMax) this.#ignored.add(attribute);
      });
      this.#chains?.follow(event);
      this.#pending.push(event);
    });
    if (this.#pending.length === this.#batchEvents) this.#write();
  }

  finish(): ImportReport {
    this.#write();
    if (this.#durable && this.#imported > 0) this.#store.sync();
    return {
      read: this.#imported + this.#known,
      imported: this.#imported,
      known: this.#known,
      ignoredAttributes: [...this.#ignored],
    };
  }

  /** Writes what waits, as one batch or as few as can be. */
  #write(): void {
    let taken = 0;
    while (taken < this.#pending.length) taken += this.#writeBatch(this.#pending.slice(taken));
    this.#pending = [];
  }

  /** @returns how many of the events are over and done with, at least one */
  #writeBatch(waiting: readonly IncomingEvent[]): number {
    const store = this.#store;
    let taken = 0;
    this.#guard(() => {
      let known = 0;
      const receipts = store.appendPrepared((engine) => {
        const batch = prepareImportBatch(store, engine, waiting, this.#ownSource, ({ line }) => {
          this.#suspect = line;
        });
        ({ taken, known } = batch);
        // What fails from here on is the batch, and no event of it.
        this.#suspect = waiting[0]?.line ?? this.#line;
        return batch.items;
      });
      this.#imported += receipts.length;
      this.#known += known;
    });
    return taken;
  }

  /** Runs a step whose failure is told together with what was written before. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (cause) {
      if (!(cause instanceof BatpakError)) throw cause;
      throw new ImportFailedError(this.#suspect, this.#imported, this.#known, cause);
    }
  }
}

function checkOptions(options: ImportOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['batchEvents', 'checkChains', 'durable']);
  const { batchEvents, checkChains, durable } = options;
  if (batchEvents !== undefined) {
    const whole = Number.isInteger(batchEvents);
    if (!whole || batchEvents < 1 || batchEvents > batchEventsMax) {
      throw new ArgumentRangeError('batchEvents', batchEvents, `an integer 1..${batchEventsMax}`);
    }
  }
  if (checkChains !== undefined && typeof checkChains !== 'boolean') {
    throw new ArgumentTypeError('checkChains', checkChains, 'true or false');
  }
  if (durable !== undefined && typeof durable !== 'boolean') {
    throw new ArgumentTypeError('durable', durable, 'true or false');
  }
}
