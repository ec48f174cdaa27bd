/**
 * How often the writer, or a worker, may be started again after a failure of the disk.
 *
 * `once` allows one restart for the life of the store. `bounded` allows at most `maxRestarts` in a
 * window of `withinMs` milliseconds. The window is fixed, not sliding: it starts with its first
 * restart, and the first failure at or after its end starts the next one with the count at zero.
 * There is no waiting time between restarts.
 *
 * @example
 * const policy: RestartPolicy = { type: 'bounded', maxRestarts: 3, withinMs: 60_000 };
 */
export type RestartPolicy =
  | { readonly type: 'once' }
  | {
      readonly type: 'bounded';
      /** Restarts allowed in one window, an integer. 0 allows none. */
      readonly maxRestarts: number;
      /** Length of the window in milliseconds, from its first restart. */
      readonly withinMs: number;
    };
