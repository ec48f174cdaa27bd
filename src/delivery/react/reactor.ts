import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import { ReactionLoopError } from '../../model/errors/delivery-errors.ts';
import type { StoredEvent } from '../../model/event.ts';
import type { EventSink, KeyedReaction, Reaction } from '../../model/event-sink.ts';
import type { Region } from '../../model/region.ts';
import { checkRegion } from '../cursor/cursor-options.ts';
import type { NamedCursors } from '../cursor/named-cursors.ts';
import type { WritingHost } from '../delivery-host.ts';
import { readEvents } from '../region-reader.ts';
import type { CursorHandler, HandlerContext } from '../worker/cursor-handler.ts';
import type { CursorWorker } from '../worker/cursor-worker.ts';
import { startWorker } from '../worker/open-worker.ts';
import { integer, resolveWorkerOptions, type WorkerOptions } from '../worker/worker-options.ts';
import { encodeReactionMark, reactionExtension, reactionMarkOf } from './reaction-mark.ts';

/**
 * What follows from an event: the events to append because of it, none for nothing. It may be
 * called more than once for an event; what it gives counts once.
 */
export type Reactor = (
  event: StoredEvent,
  context: HandlerContext,
) => readonly Reaction[] | Promise<readonly Reaction[]>;

/** What a reactor may be given. */
export interface ReactOptions extends Omit<WorkerOptions, 'name' | 'read'> {
  /**
   * Names the reactor: its position is kept under it, and its reactions are known by it. Change it,
   * and it reacts to everything again. 1 to 64 bytes of UTF-8.
   */
  readonly name: string;
  /** Whether it is given its own reactions, where they are in its region. @default false */
  readonly reactToOwn?: boolean;
  /** Longest chain of reactions that it takes part in, 1 to 1 000 000. @default 32 */
  readonly depthMax?: number;
}

const depthDefault = 32;

/** Starts a worker that appends what a reactor makes of events. */
export function openReactor(
  host: WritingHost & { readonly sink: EventSink },
  named: NamedCursors,
  region: Region,
  reactor: Reactor,
  options: ReactOptions,
): CursorWorker {
  checkRegion(region);
  if (typeof reactor !== 'function') throw new ArgumentTypeError('reactor', reactor, 'a function');
  const resolved = resolveWorkerOptions(options, ['reactToOwn', 'depthMax']);
  const { name, reactToOwn, ...others } = options;
  if (name === undefined) throw new ArgumentTypeError('name', name, 'the name of the reactor');
  if (reactToOwn !== undefined && typeof reactToOwn !== 'boolean') {
    throw new ArgumentTypeError('reactToOwn', reactToOwn, 'true or false');
  }
  const depthMax = integer('depthMax', others.depthMax, depthDefault, 1, 1_000_000);
  const rules = { name, reactToOwn: reactToOwn === true, depthMax };
  return startWorker(host, named, region, {
    begin: readEvents,
    handler: reactingHandler(host.sink, reactor, rules),
    options: { ...others, name },
    resolved,
  });
}

/** How a reactor treats reactions. */
export interface ReactionRules {
  readonly name: string;
  readonly reactToOwn: boolean;
  readonly depthMax: number;
}

/**
 * A handler that appends what the reactor makes of each event as one batch. Its items bear keys
 * made of the reactor's name, the cause and their place, so that an event that comes again, after a
 * crash between its reactions and the checkpoint, is known by the first of them and left alone.
 */
export function reactingHandler(
  sink: EventSink,
  reactor: Reactor,
  rules: ReactionRules,
): CursorHandler<StoredEvent> {
  return async (events, context) => {
    for (const event of events) {
      // What was asked to end has done as much as it could.
      context.signal.throwIfAborted();
      await reactTo(sink, reactor, rules, event, context);
    }
  };
}

async function reactTo(
  sink: EventSink,
  reactor: Reactor,
  { name, reactToOwn, depthMax }: ReactionRules,
  event: StoredEvent,
  context: HandlerContext,
): Promise<void> {
  const mark = reactionMarkOf(event);
  if (mark?.reactor === name && !reactToOwn) return;
  const { eventId } = event;
  if (sink.findByKey(keyOf(name, eventId, 0)) !== undefined) return;
  const depth = (mark?.depth ?? 0) + 1;
  const reactions = await reactor(event, context);
  if (!Array.isArray(reactions)) {
    throw new ArgumentTypeError('reactions', reactions, 'a list, empty for none');
  }
  if (reactions.length === 0) return;
  if (depth > depthMax) throw new ReactionLoopError(name, eventId, depthMax);
  const bytes = encodeReactionMark({ reactor: name, depth });
  const items = reactions.map((reaction: Reaction, place) =>
    keyed(reaction, keyOf(name, eventId, place), bytes),
  );
  sink.appendReactionBatch(event, items, { durable: false });
}

function keyed(reaction: Reaction, idempotencyKey: string, mark: Uint8Array): KeyedReaction {
  if (typeof reaction !== 'object' || reaction === null) {
    throw new ArgumentTypeError('reaction', reaction, 'an object with at, kind and payload');
  }
  const { options } = reaction;
  if (options !== undefined && 'idempotencyKey' in options) {
    const { idempotencyKey: given } = options;
    throw new ArgumentTypeError('idempotencyKey', given, 'left out: it is made of the cause');
  }
  const extensions = { ...options?.extensions, [reactionExtension]: mark };
  return { ...reaction, options: { ...options, extensions, idempotencyKey } };
}

/** The name may hold anything, so it comes last. */
function keyOf(name: string, causeId: string, place: number): string {
  return `reaction ${causeId} ${place} ${name}`;
}
