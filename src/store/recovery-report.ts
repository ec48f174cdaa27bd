import type { RustLog, TornTail } from '../recovery/recovered.ts';
import type { RecoverySources, RecoveryTimes, RefusedSource } from '../recovery/recovery-steps.ts';
import type { QuarantinedFile } from '../recovery/salvage/quarantine.ts';
import type { SalvageReport } from '../recovery/salvage/salvage.ts';

/** What of a log of the Rust crate is no event of the store. All of it stays where it is. */
export interface RustReport {
  /** Its segments: they are read and never changed. */
  readonly segments: number;
  /** Events of batches that have no COMMIT: they never counted. */
  readonly uncommittedEvents: number;
  /** Events that a cancelled fence hid. */
  readonly hiddenEvents: number;
  /** What is left of writes that were cut short. */
  readonly tornTails: readonly TornTail[];
}

/** What a report says of the Rust crate's part of a log. */
export function rustReportOf(log: RustLog | undefined): RustReport | undefined {
  if (log === undefined) return undefined;
  const { segments, uncommittedEvents, hiddenEvents, tornTails } = log;
  return { segments: segments.length, uncommittedEvents, hiddenEvents, tornTails };
}

/** What opening a store found, and how long it took. */
export interface RecoveryReport {
  /** `new`: nothing was there. `clean`: it was closed. `unclean`: the process or power went. */
  readonly ending: 'new' | 'clean' | 'unclean';
  /** Events found. */
  readonly events: number;
  /** Bytes at the end that are no whole write; they are put in quarantine before the next one. */
  readonly tornTail: TornTail | undefined;
  /** What was rewritten, and what is lost; `undefined` when nothing was damaged. */
  readonly salvage: SalvageReport | undefined;
  /**
   * Files that are no part of the log and are in quarantine now: left behind by a salvage that was
   * cut short, of another store, twice there, or derived from the log as it was before a salvage.
   */
  readonly putAway: readonly QuarantinedFile[];
  /** What the Rust crate left in the directory; `undefined` in a store that it never wrote. */
  readonly rust: RustReport | undefined;
  /** How many events came from where. */
  readonly sources: Readonly<RecoverySources>;
  /** Footers, the image and the keys' checkpoint that were there and not used. Nothing is lost. */
  readonly refused: readonly RefusedSource[];
  /** Milliseconds that each of the sources took. */
  readonly timesMs: Readonly<RecoveryTimes>;
  /** Milliseconds that all of it took. */
  readonly elapsedMs: number;
}
