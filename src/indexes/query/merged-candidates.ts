import type { Candidates } from './candidates.ts';

const chunkLength = 64;
const ended = -1;

class Source {
  readonly candidates: Candidates;
  readonly chunk = new Uint32Array(chunkLength);
  at = 0;
  end = 0;

  constructor(candidates: Candidates) {
    this.candidates = candidates;
  }

  /** The next sequence, or -1. */
  get first(): number {
    if (this.at === this.end) {
      this.at = 0;
      this.end = this.candidates.next(this.chunk, chunkLength);
      if (this.end === 0) return ended;
    }
    return this.chunk[this.at] ?? ended;
  }
}

/** Candidates of several streams, the lanes of an entity, in one order. */
export class MergedCandidates implements Candidates {
  readonly #sources: Source[];
  readonly #reverse: boolean;

  constructor(candidates: readonly Candidates[], reverse: boolean) {
    this.#sources = candidates.map((each) => new Source(each));
    this.#reverse = reverse;
  }

  next(into: Uint32Array, most: number): number {
    let count = 0;
    for (; count < most; count += 1) {
      const source = this.#nearest();
      if (source === undefined) break;
      into[count] = source.first;
      source.at += 1;
    }
    return count;
  }

  /** As of its streams: an event had to be looked at. */
  refused(): void {
    // Nothing is owed.
  }

  #nearest(): Source | undefined {
    let nearest: Source | undefined;
    for (const source of this.#sources) {
      const { first } = source;
      if (first === ended) continue;
      if (nearest === undefined || first < nearest.first !== this.#reverse) nearest = source;
    }
    return nearest;
  }
}
