import type { Effect, SetEffect, StartEffect } from '../stepping/effect.ts';
import type { MachineEvent } from '../stepping/xstate-adapter.ts';

/** A timer that waits. */
export interface PendingTimer {
  /** Id of the event that set it, and its place among what that asked for: `eventId:ordinal`. */
  readonly key: string;
  /** Its id; the key when the delayed `raise` has none. */
  readonly id: string;
  /** When it is due, in microseconds since 1970. */
  readonly dueAtUs: number;
  /** The machine event that comes then. */
  readonly event: MachineEvent;
}

/** An actor that was started and has no result yet. */
export interface RunningActor {
  /** Id of the event that started it, and its place among what that asked for. */
  readonly key: string;
  /** The id of the `invoke`. */
  readonly id: string;
  /** Its name in `setup({ actors })`. */
  readonly src: string;
  readonly input: unknown;
}

/** What an aggregate waits for, in the order in which it was asked for. Frozen. */
export interface PendingEffects {
  readonly timers: readonly PendingTimer[];
  readonly actors: readonly RunningActor[];
}

/** Nothing is waited for. */
export const nothingPending: PendingEffects = Object.freeze({
  timers: Object.freeze([]),
  actors: Object.freeze([]),
});

/** Names one effect among those of all events: stays the same however often it is looked at. */
export function effectKey(eventId: string, ordinal: number): string {
  return `${eventId}:${ordinal}`;
}

/** What is waited for after the effects of an event. */
export function pendingAfter(
  pending: PendingEffects,
  effects: readonly Effect[],
  eventId: string,
): PendingEffects {
  if (effects.length === 0) return pending;
  let { timers, actors } = pending;
  for (const [ordinal, effect] of effects.entries()) {
    switch (effect.do) {
      case 'set':
        timers = [...withoutId(timers, effect.timer), timerOf(effect, effectKey(eventId, ordinal))];
        break;
      case 'cancel':
        timers = withoutId(timers, effect.timer);
        break;
      case 'start':
        actors = [...withoutId(actors, effect.actor), actorOf(effect, effectKey(eventId, ordinal))];
        break;
      case 'stop':
        actors = withoutId(actors, effect.actor);
        break;
      case 'end':
        timers = [];
        actors = [];
        break;
      case 'run':
        break;
    }
  }
  return frozen(timers, actors);
}

/**
 * What is waited for once a timer has fired, or an actor has a result. One that is not found by its
 * key is found by its id: in a log that was imported, events have other ids than its keys tell.
 */
export function pendingWithout(
  pending: PendingEffects,
  { of, key, id }: { readonly of: 'timer' | 'actor'; readonly key: string; readonly id: string },
): PendingEffects {
  const { timers, actors } = pending;
  if (of === 'timer') {
    const left = without(timers, key, id);
    return left === timers ? pending : frozen(left, actors);
  }
  const left = without(actors, key, id);
  return left === actors ? pending : frozen(timers, left);
}

function without<Item extends { readonly key: string; readonly id: string }>(
  items: readonly Item[],
  key: string,
  id: string,
): readonly Item[] {
  const found = items.find((item) => item.key === key) ?? items.find((item) => item.id === id);
  return found === undefined ? items : items.filter((item) => item !== found);
}

function timerOf({ timer, dueAtUs, event }: SetEffect, key: string): PendingTimer {
  return Object.freeze({ key, id: timer ?? key, dueAtUs, event });
}

function actorOf({ actor, src, input }: StartEffect, key: string): RunningActor {
  return Object.freeze({ key, id: actor, src, input });
}

function withoutId<Item extends { readonly id: string }>(
  items: readonly Item[],
  id: string | undefined,
): readonly Item[] {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items;
}

function frozen(timers: readonly PendingTimer[], actors: readonly RunningActor[]): PendingEffects {
  if (timers.length === 0 && actors.length === 0) return nothingPending;
  return Object.freeze({ timers: Object.freeze([...timers]), actors: Object.freeze([...actors]) });
}
