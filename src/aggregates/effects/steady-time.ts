import type { Clock } from '../../model/platform.ts';

/**
 * The time by which timers are set and fire, in microseconds since 1970: that of the wall clock,
 * which it follows forwards. While the wall clock stands behind, it goes on with the time that
 * passes: a clock that is put back delays no timer that waits, and hastens none that is set then.
 */
export class SteadyTime {
  readonly #clock: Clock;
  #lastUs: number;
  #lastElapsedMs: number;

  /** `notBeforeUs`: what was the time already, such as that of the last event of a log. */
  constructor(clock: Clock, notBeforeUs = 0) {
    this.#clock = clock;
    this.#lastUs = notBeforeUs;
    this.#lastElapsedMs = clock.elapsedMs();
  }

  nowUs(): number {
    const elapsedMs = this.#clock.elapsedMs();
    const wallUs = this.#clock.nowUs();
    const steadyUs = this.#lastUs + Math.floor((elapsedMs - this.#lastElapsedMs) * 1000);
    if (wallUs >= steadyUs) {
      this.#lastUs = wallUs;
      this.#lastElapsedMs = elapsedMs;
      return wallUs;
    }
    // Kept as it is: fractions of a microsecond that were rounded off don't add up.
    return steadyUs;
  }
}
