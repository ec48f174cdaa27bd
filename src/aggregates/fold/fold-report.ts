/** How many events, and where the first of them is. */
export interface EventCount {
  readonly count: number;
  /** Sequence of the first; `undefined` when there is none. */
  readonly firstSequence: number | undefined;
}

/** What a fold of an aggregate's history passed over, or found to be otherwise than it was. */
export interface FoldReport {
  /** Events that no aggregate wrote: skipped. */
  readonly foreign: EventCount;
  /** Events that the machine of today refuses: skipped, because of `onRefused: 'skip'`. */
  readonly refused: EventCount;
  /**
   * Events of another version of the definition after which the state value, through `renames`, is
   * not the one that was stored with them.
   */
  readonly changed: EventCount;
}

const none: EventCount = Object.freeze({ count: 0, firstSequence: undefined });

/** The report of a fold in which nothing was out of the ordinary. */
export const plainReport: FoldReport = Object.freeze({
  foreign: none,
  refused: none,
  changed: none,
});

/** The report with one event more. */
export function counted(report: FoldReport, what: keyof FoldReport, sequence: number): FoldReport {
  const { count, firstSequence = sequence } = report[what];
  const more = Object.freeze({ count: count + 1, firstSequence });
  return Object.freeze({ ...report, [what]: more });
}
