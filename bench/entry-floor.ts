/** An entry of the floor: what it belongs to, and a number. */
class PlainEntry {
  readonly owner: object;
  readonly sequence: number;

  constructor(owner: object, sequence: number) {
    this.owner = owner;
    this.sequence = sequence;
  }
}

/** Counts from `first` up to, not including, `end`. */
class PlainEntries implements IterableIterator<PlainEntry, undefined> {
  readonly #owner: object;
  readonly #step: number;
  readonly #end: number;
  #next: number;

  constructor(owner: object, first: number, step: number, end: number) {
    this.#owner = owner;
    this.#next = first;
    this.#step = step;
    this.#end = end;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<PlainEntry, undefined> {
    const sequence = this.#next;
    if (sequence >= this.#end) return { done: true, value: undefined };
    this.#next = sequence + this.#step;
    return { done: false, value: new PlainEntry(this.#owner, sequence) };
  }
}

/**
 * The floor of iterating over entries: the two objects that an iterator makes for each, its result
 * and the entry, with nothing to look for. @returns the sum of the sequences
 */
export function sumOfPlain(owner: object, first: number, step: number, end: number): number {
  let sum = 0;
  for (const entry of new PlainEntries(owner, first, step, end)) sum += entry.sequence;
  return sum;
}
