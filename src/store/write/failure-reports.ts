import type { Logger } from '../../model/logger.ts';

/** Where failures go that no caller waits for: to the logger, and to `onError` of the store. */
export class FailureReports {
  readonly #logger: Logger;
  /** The store's `onError`. */
  onError: ((failure: unknown) => void) | undefined;

  /** `logger` never throws. */
  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Tells of a failure; `what` says in a sentence what has failed. */
  report(failure: unknown, what: string): void {
    this.#logger.error({ err: failure }, what);
    try {
      this.onError?.(failure);
    } catch (cause) {
      this.#logger.error({ err: cause }, 'onError of the store threw');
    }
  }
}
