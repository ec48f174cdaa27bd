import type { Logger } from '../../model/logger.ts';
import type { Clock } from '../../model/platform.ts';

/** Tells the time that events are stamped with: option `clock` of a store. */
export type EventClock = Pick<Clock, 'nowUs'>;

/** Latest time that is taken, in the year 2223: events behind it still have exact numbers. */
export const eventTimeUsMax = 8_000_000_000_000_000;

/**
 * A clock that is the caller's where times of events are asked for. It never fails: a time that is
 * none, or an exception, is warned of once, and time stands until the clock tells a good one.
 */
export function carefulClock(given: EventClock, elapsed: Clock, logger: Logger): Clock {
  let lastUs = 0;
  let warned = false;
  const warn = (facts: Readonly<Record<string, unknown>>): void => {
    if (warned) return;
    warned = true;
    logger.warn(facts, "the option 'clock' tells no time: events keep that of the one before");
  };
  return {
    nowUs: () => {
      let nowUs: unknown;
      try {
        nowUs = given.nowUs();
      } catch (cause) {
        warn({ err: cause });
        return lastUs;
      }
      if (isTime(nowUs)) lastUs = nowUs;
      else warn({ nowUs });
      return lastUs;
    },
    elapsedMs: () => elapsed.elapsedMs(),
  };
}

function isTime(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= eventTimeUsMax;
}
