import type { LiveSource } from '../model/event-source.ts';

/** A store as projections see it: its events, and what tells its log from another one. */
export interface ProjectionSource extends LiveSource {
  /** @throws {StoreClosedError} when it is closed; `operation` is what was asked for */
  requireOpen(operation: string): void;
  /** Number of the kind that is bound to a name, or `undefined`. */
  kindNamed(name: string): number | undefined;
  /** Id of the event of this sequence; `undefined` when there is none. May read the disk. */
  idAt(sequence: number): string | undefined;
  /** How many sequences before this one have lost their event. */
  lostBefore(sequence: number): number;
  /** Microseconds since 1970. */
  nowUs(): number;
  /** Milliseconds of a clock that never falls back. */
  elapsedMs(): number;
  /** Calls back on the next turn of the event loop. */
  soon(callback: () => void): void;
}
