/** What a handler is told beside its events. */
export interface HandlerContext {
  /** Aborts when the worker's signal does, and when the store is closed. `stop` lets it finish. */
  readonly signal: AbortSignal;
  /** 1 the first time; one more for each failure since the last success. */
  readonly attempt: number;
}

/**
 * Works with some events, in their order. They are done with when it returns or its promise
 * resolves; when it throws or rejects they are handed out again.
 */
export type CursorHandler<Item> = (
  items: readonly Item[],
  context: HandlerContext,
) => void | Promise<void>;

/** How a worker has ended. */
export interface WorkerEnd {
  /** `stopped`: it was asked to, or the store was closed. `exhausted`: it gave up. */
  readonly state: 'stopped' | 'exhausted';
  /** What it gave up on. */
  readonly failure?: unknown;
}
