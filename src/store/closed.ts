/** What a closed store leaves behind. */
export interface Closed {
  /** Events in the store: all durable, unless it ended uncleanly before and was not written to. */
  readonly events: number;
  /** Whether the next opening finds a clean end and goes on without looking for a torn tail. */
  readonly clean: boolean;
}
