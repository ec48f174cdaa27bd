import type { Timers } from '../model/platform.ts';
import type { WriterControl } from './writer-control.ts';

/** Shortest time between two reports, in milliseconds. */
const reportEveryMs = 250;

/**
 * Shows an inspector that events are written: their machine hears of each batch, sync and rotation,
 * but never of a single append. Made only while somebody inspects.
 */
export class EventCounter {
  readonly #control: WriterControl;
  readonly #timers: Timers;
  #events = 0;
  #cancel: (() => void) | undefined;

  constructor(control: WriterControl, timers: Timers) {
    this.#control = control;
    this.#timers = timers;
  }

  /** Counts events that were written; they are told a quarter of a second later at most. */
  add(events: number): void {
    this.#events += events;
    this.#cancel ??= this.#timers.after(reportEveryMs, () => this.flush());
  }

  /** Tells what was counted now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const events = this.#events;
    this.#events = 0;
    if (events > 0 && this.#control.ready) this.#control.send({ type: 'events.written', events });
  }
}
