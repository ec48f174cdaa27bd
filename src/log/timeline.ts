import type { Clock } from '../model/platform.ts';

const counterMax = 0xffff;

/**
 * Times of events: strictly increasing over the whole store as pairs of microsecond and counter.
 * The counter counts while the clock stands or falls back; when it is used up the time moves on by
 * one microsecond. It is recovered from the last event of the log.
 */
export class Timeline {
  readonly #clock: Clock;
  timestampUs = 0;
  counter = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Goes on from the time of the log's last event. */
  resume(timestampUs: number, counter: number): void {
    this.timestampUs = timestampUs;
    this.counter = counter;
  }

  /** Moves to the time of the next event. */
  advance(): void {
    const nowUs = this.#clock.nowUs();
    if (nowUs > this.timestampUs) {
      this.timestampUs = nowUs;
      this.counter = 0;
    } else if (this.counter === counterMax) {
      this.timestampUs += 1;
      this.counter = 0;
    } else {
      this.counter += 1;
    }
  }
}
