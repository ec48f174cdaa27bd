import { InvalidCloudEventError } from '../model/errors/exchange-errors.ts';
import { allocatedCategory, categoryOf } from '../model/kind.ts';
import type { Engine } from '../store/engine.ts';
import type { Store } from '../store/store.ts';
import type { PreparedItem } from '../store/write/append-batch.ts';
import {
  type AppendRequest,
  type PrivilegedOptions,
  preparePrivileged,
  stampExtension,
} from '../store/write/append-request.ts';
import { findEarlier } from '../store/write/idempotency.ts';
import { isUuid } from './cloud-attributes.ts';
import { type IncomingEvent, importKeyOf } from './incoming-event.ts';
import { encodeOrigin, originExtension } from './origin.ts';

/** What was taken from the events that wait. */
export interface ImportBatch {
  readonly items: PreparedItem[];
  /** Events that were taken, those that the store has already included. */
  readonly taken: number;
  readonly known: number;
}

/** An event of the batch that is being prepared. */
interface Sibling {
  readonly index: number;
  /** Correlation as the file has it. */
  readonly correlationId: string;
}

/**
 * Prepares as many of the events as one batch can hold, the first always: it ends before an event
 * that would pass a limit of the store, and before one that names an event of the same batch in a
 * way that only a stored id can express.
 *
 * @param onEvent told which event is looked at, for errors
 */
export function prepareImportBatch(
  store: Store,
  engine: Engine,
  events: readonly IncomingEvent[],
  ownSource: string,
  onEvent: (event: IncomingEvent) => void,
): ImportBatch {
  const { maxSize, maxBytes } = engine.options.batch;
  const siblings = new Map<string, Sibling>();
  const items: PreparedItem[] = [];
  let bytes = 0;
  let taken = 0;
  let known = 0;
  for (const event of events) {
    if (items.length === maxSize) break;
    if (items.length > 0 && bytes + event.bytes > maxBytes) break;
    onEvent(event);
    const ties = tiesOf(store, event, siblings);
    if (ties === undefined) break;
    taken += 1;
    const request = isOwn(store, event, ownSource)
      ? undefined
      : requestOf(engine, event, ties.correlationId, ties.causationId);
    if (request === undefined || findEarlier(engine, request) !== undefined) {
      known += 1;
      continue;
    }
    siblings.set(event.idempotencyKey, {
      index: items.length,
      correlationId: event.correlationId ?? event.id,
    });
    bytes += event.bytes;
    items.push({ request, causedBy: ties.causedBy });
  }
  return { items, taken, known };
}

/** Whether this very store wrote the event, and has it. */
function isOwn(store: Store, event: IncomingEvent, ownSource: string): boolean {
  const { source, id } = event;
  return source === ownSource && isUuid(id) && store.get(id) !== undefined;
}

interface Ties {
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  /** Index of the item that caused the event. */
  readonly causedBy: number | undefined;
}

/**
 * Ids of this store in the place of those in the file. An id that was not imported stays as it is.
 *
 * @returns `undefined` when the batch has to be written first
 */
function tiesOf(
  store: Store,
  event: IncomingEvent,
  siblings: ReadonlyMap<string, Sibling>,
): Ties | undefined {
  // The same event twice in one file: once it is written the second is known.
  if (siblings.has(event.idempotencyKey)) return undefined;
  const { source, correlationId, causationId } = event;
  const siblingOf = (id: string | undefined): Sibling | undefined =>
    id === undefined ? undefined : siblings.get(importKeyOf(source, id));
  const cause = siblingOf(causationId);
  if (cause !== undefined) {
    // An item belongs to the conversation of the item that caused it.
    if (cause.correlationId !== (correlationId ?? event.id)) return undefined;
    return { correlationId: undefined, causationId: undefined, causedBy: cause.index };
  }
  if (siblingOf(correlationId) !== undefined) return undefined;
  return {
    correlationId: importedId(store, source, correlationId),
    causationId: importedId(store, source, causationId),
    causedBy: undefined,
  };
}

function importedId(store: Store, source: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : (store.findByKey(importKeyOf(source, id))?.eventId ?? id);
}

function requestOf(
  engine: Engine,
  event: IncomingEvent,
  correlationId: string | undefined,
  causationId: string | undefined,
): AppendRequest {
  const { entity, scope, lane, flags, payload, idempotencyKey } = event;
  const stamp = event.extensions.get(stampExtension);
  const others = [...event.extensions].filter(([name]) => name !== stampExtension);
  const options: PrivilegedOptions = {
    idempotencyKey,
    lane,
    flags,
    extensions: Object.fromEntries([...others, [originExtension, encodeOrigin(event.origin)]]),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(stamp === undefined ? {} : { stamp }),
  };
  return preparePrivileged(engine, { entity, scope }, kindOf(engine, event), payload, options);
}

/** The kind that the event has in this store, or the definition that gives it one. */
function kindOf(
  { kinds }: Engine,
  { line, name, kind, payloadVersion }: IncomingEvent,
): Parameters<typeof preparePrivileged>[2] {
  if (name === undefined) {
    const bound = kind === undefined ? undefined : kinds.nameOf(kind);
    if (kind !== undefined && bound === undefined) return kind;
    const expected = `without a name in this store, where it is '${bound}'`;
    throw new InvalidCloudEventError(line, 'kind', kind, expected);
  }
  // A kind that its store had given by itself means nothing here, and one that is bound is bound.
  const given = kind === undefined || categoryOf(kind) === allocatedCategory;
  return {
    name,
    kind: given || kinds.find(name) !== undefined ? undefined : kind,
    version: payloadVersion,
    validate: (input: never): unknown => input,
  };
}
