import { unreachable } from '../assert.ts';

/** What an attempt waits for: plain, so that it can be stored. Told apart by `type`. */
export type WaitCondition =
  /** A moment, in milliseconds since 1970. */
  | { readonly type: 'time'; readonly atMs: number }
  /** An event that has to be in the store. */
  | { readonly type: 'event'; readonly eventId: string }
  /** Every one of them; met when there is none. */
  | { readonly type: 'all'; readonly conditions: readonly WaitCondition[] }
  /** One of them; never met when there is none. */
  | { readonly type: 'any'; readonly conditions: readonly WaitCondition[] }
  /** Something the program knows about. */
  | { readonly type: 'custom'; readonly name: string; readonly details: unknown };

/** What is known of the world when a condition is looked at. */
export interface WaitFacts {
  /** The time, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Whether an event is in the store: `(id) => store.get(id) !== undefined`. */
  readonly has: (eventId: string) => boolean;
  /** Whether a `custom` condition is met. @default none is */
  readonly custom?: (name: string, details: unknown) => boolean;
}

/** Whether a condition is met. Nothing waits: whoever waits looks again, such as at each event. */
export function isMet(condition: WaitCondition, facts: WaitFacts): boolean {
  switch (condition.type) {
    case 'time':
      return facts.nowMs >= condition.atMs;
    case 'event':
      return facts.has(condition.eventId);
    case 'all':
      return condition.conditions.every((each) => isMet(each, facts));
    case 'any':
      return condition.conditions.some((each) => isMet(each, facts));
    case 'custom':
      return facts.custom?.(condition.name, condition.details) ?? false;
    default:
      return unreachable(condition);
  }
}
