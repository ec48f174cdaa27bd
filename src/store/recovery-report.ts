import type { TornTail } from '../recovery/recovered.ts';

/** What opening a store found, and how long it took. */
export interface RecoveryReport {
  /** `new`: nothing was there. `clean`: it was closed. `unclean`: the process or power went. */
  readonly ending: 'new' | 'clean' | 'unclean';
  /** Events found. */
  readonly events: number;
  /** Bytes at the end that are no whole write; they are put in quarantine before the next one. */
  readonly tornTail: TornTail | undefined;
  /** Milliseconds that reading the segments took. */
  readonly elapsedMs: number;
}
