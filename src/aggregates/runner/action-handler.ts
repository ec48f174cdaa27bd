import type { CursorHandler, HandlerContext } from '../../delivery/worker/cursor-handler.ts';
import type { StoredEvent } from '../../model/event.ts';
import { extensionOf } from '../../store/read/event-view.ts';
import { stampExtension } from '../../store/write/append-request.ts';
import { effectKey } from '../effects/pending.ts';
import { stampedEffects, stampRole } from '../fold/stamp.ts';
import type { Effect, RunEffect } from '../stepping/effect.ts';

/** What the handler works with. */
export interface ActionHandlerParts {
  /** Most aggregates whose actions run at once. */
  readonly concurrency: number;
  /** Resolves when the event would survive power loss. */
  readonly whenDurable: (sequence: number) => Promise<void>;
  /** The turn of the actor of this key has come. */
  readonly startActor: (key: string) => void;
  readonly runAction: (
    event: StoredEvent,
    effect: RunEffect,
    key: string,
    context: HandlerContext,
  ) => Promise<void>;
}

/**
 * Runs what events ask for, in the order of the events of each aggregate: actors are started,
 * actions are run to their end. What was done is not done again when its batch is handed out again
 * because of another event.
 */
export class ActionHandler {
  readonly #parts: ActionHandlerParts;
  readonly #done = new Set<string>();
  /** Last event of a batch that failed: up to it, events are handed out again. */
  #againThrough = -1;

  constructor(parts: ActionHandlerParts) {
    this.#parts = parts;
  }

  readonly handle: CursorHandler<StoredEvent> = async (events, context) => {
    const asking = events.filter((event) => effectsOf(event).length > 0);
    const last = asking.at(-1);
    // What has happened can't be taken back: so its cause must not be lost.
    if (last !== undefined) await this.#parts.whenDurable(last.sequence);
    const streams = [...streamsOf(asking)];
    const failures: { readonly sequence: number; readonly cause: unknown }[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let stream = streams[next]; stream !== undefined; stream = streams[next]) {
        next += 1;
        const failure = await this.#handleStream(stream, context);
        if (failure !== undefined) failures.push(failure);
      }
    };
    const { concurrency } = this.#parts;
    await Promise.all(Array.from({ length: Math.min(concurrency, streams.length) }, work));
    const [first] = failures.sort((one, other) => one.sequence - other.sequence);
    const through = events.at(-1)?.sequence ?? 0;
    if (first !== undefined) {
      this.#againThrough = Math.max(this.#againThrough, through);
      throw first.cause;
    }
    if (through >= this.#againThrough) this.#done.clear();
  };

  async #handleStream(
    events: readonly StoredEvent[],
    context: HandlerContext,
  ): Promise<{ readonly sequence: number; readonly cause: unknown } | undefined> {
    for (const event of events) {
      try {
        await this.#handleEvent(event, context);
      } catch (cause) {
        return { sequence: event.sequence, cause };
      }
    }
    return undefined;
  }

  async #handleEvent(event: StoredEvent, context: HandlerContext): Promise<void> {
    const { eventId } = event;
    const effects = effectsOf(event);
    // Beside the event's actions, not behind them: an action that fails for good holds up no actor.
    for (const [ordinal, effect] of effects.entries()) {
      if (effect.do === 'start') this.#parts.startActor(effectKey(eventId, ordinal));
    }
    for (const [ordinal, effect] of effects.entries()) {
      const key = effectKey(eventId, ordinal);
      if (effect.do !== 'run' || this.#done.has(key)) continue;
      await this.#parts.runAction(event, effect, key, context);
      this.#done.add(key);
    }
  }
}

function effectsOf(event: StoredEvent): readonly Effect[] {
  const stamp = extensionOf(event, stampExtension);
  return stamp === undefined || stampRole(stamp) === undefined ? [] : stampedEffects(stamp);
}

function streamsOf(events: readonly StoredEvent[]): Iterable<readonly StoredEvent[]> {
  const streams = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const stream = streams.get(event.entity);
    if (stream === undefined) streams.set(event.entity, [event]);
    else stream.push(event);
  }
  return streams.values();
}
