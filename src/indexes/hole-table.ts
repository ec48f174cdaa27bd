import { assert } from '../model/assert.ts';

/** Sequences that no event of the log bears any more. */
export interface Hole {
  /** The first of them. */
  readonly from: number;
  readonly count: number;
}

/**
 * Which sequences are holes: those that a GAP record stands for. There are few of them, in order,
 * and most stores have none.
 */
export class HoleTable {
  readonly #holes: Hole[] = [];
  /** By hole, how many sequences are lost before it. */
  readonly #lostBefore: number[] = [];
  #total = 0;

  /** Holes in the order of their sequences. */
  get all(): readonly Hole[] {
    return this.#holes;
  }

  /** How many sequences are holes. */
  get total(): number {
    return this.#total;
  }

  /** Adds a hole behind the last one. */
  add(from: number, count: number): void {
    const last = this.#holes.at(-1);
    assert(last === undefined || from >= last.from + last.count, 'holes rise', { from });
    assert(count > 0, 'a hole has a sequence', { count });
    this.#holes.push({ from, count });
    this.#lostBefore.push(this.#total);
    this.#total += count;
  }

  /** How many of the sequences before this one are holes. */
  lostBefore(sequence: number): number {
    const begun = this.#begunBefore(sequence);
    const hole = this.#holes[begun - 1];
    if (hole === undefined) return 0;
    return (this.#lostBefore[begun - 1] ?? 0) + Math.min(hole.count, sequence - hole.from);
  }

  /** The sequence itself, or the first one of the hole that it lies in. */
  startOf(sequence: number): number {
    return this.#holeOf(sequence)?.from ?? sequence;
  }

  /** The sequence behind this one, or behind the hole that it lies in. */
  endOf(sequence: number): number {
    const hole = this.#holeOf(sequence);
    return hole === undefined ? sequence + 1 : hole.from + hole.count;
  }

  /** Whether nothing is known of this sequence but that it was given. */
  has(sequence: number): boolean {
    return this.#total > 0 && this.lostBefore(sequence + 1) > this.lostBefore(sequence);
  }

  #holeOf(sequence: number): Hole | undefined {
    if (this.#total === 0) return undefined;
    const hole = this.#holes[this.#begunBefore(sequence + 1) - 1];
    return hole !== undefined && sequence < hole.from + hole.count ? hole : undefined;
  }

  /** How many holes begin before this sequence. */
  #begunBefore(sequence: number): number {
    const holes = this.#holes;
    let low = 0;
    let high = holes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((holes[middle]?.from ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
