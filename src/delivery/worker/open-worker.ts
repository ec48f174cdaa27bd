import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import type { IndexEntry } from '../../model/event.ts';
import type { Region } from '../../model/region.ts';
import { beginningOf, checkRegion } from '../cursor/cursor-options.ts';
import type { NamedCursors } from '../cursor/named-cursors.ts';
import type { WritingHost } from '../delivery-host.ts';
import { type BeginReading, RegionReader, readEntries, readEvents } from '../region-reader.ts';
import type { CursorHandler } from './cursor-handler.ts';
import { CursorWorker } from './cursor-worker.ts';
import { UnkeptPosition } from './position-keeper.ts';
import {
  type ResolvedWorkerOptions,
  resolveWorkerOptions,
  type WorkerOptions,
} from './worker-options.ts';

/**
 * Starts a worker. Its handler is not called before the caller's code is through.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} and what `NamedCursors.open` throws
 */
export function openWorker(
  host: WritingHost,
  named: NamedCursors,
  region: Region,
  handler: CursorHandler<never>,
  options: WorkerOptions,
): CursorWorker {
  checkRegion(region);
  if (typeof handler !== 'function') throw new ArgumentTypeError('handler', handler, 'a function');
  const resolved = resolveWorkerOptions(options);
  const begin: BeginReading<IndexEntry> = options.read === 'entries' ? readEntries : readEvents;
  // The overloads of `cursorWorker` say which items the handler takes; `read` says which it gets.
  const taking = handler as CursorHandler<IndexEntry>;
  return startWorker(host, named, region, { begin, handler: taking, options, resolved });
}

/** Starts a worker whose options were checked. */
export function startWorker<Item extends IndexEntry>(
  host: WritingHost,
  named: NamedCursors,
  region: Region,
  work: {
    readonly begin: BeginReading<Item>;
    readonly handler: CursorHandler<Item>;
    readonly options: WorkerOptions;
    readonly resolved: ResolvedWorkerOptions;
  },
): CursorWorker {
  const { begin, handler, options, resolved } = work;
  const { name, signal } = options;
  const from = beginningOf(host.source, options.from);
  const kept = name === undefined ? undefined : named.open(name, region, from);
  const keeper = kept ?? new UnkeptPosition(from);
  const reader = new RegionReader<Item>(host.source, region, begin, keeper.position);
  return new CursorWorker({
    ...{ host, name, reader, begin, keeper, signal },
    // A worker hands on what its reader gives, and looks at sequences alone: the type of the items
    // is forgotten here, where reader and handler are known to be of the same.
    handler: handler as CursorHandler<IndexEntry>,
    recovered: kept?.recovered,
    options: resolved,
  });
}
