/** Sequences from `from` up to, not including, `to`. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** Where a query takes the sequences from that it then looks at one by one. */
export interface Candidates {
  /**
   * Puts the next candidates into the array, in the order of the query.
   *
   * @param most how many are wanted at most, from 1
   * @returns how many there are; 0 at the end
   */
  next(into: Uint32Array, most: number): number;
  /** Tells that of the candidates given last so many were none. */
  refused(count: number): void;
}
