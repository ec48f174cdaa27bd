import { SequenceQuery } from '../../indexes/query/sequence-query.ts';
import { StoreClosedError } from '../../model/errors/lifecycle-errors.ts';
import type { QueryOptions } from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';

/** What {@link SequenceWalk.next} answers at the end. */
export const walkEnd = -1;

const nothing = new Uint32Array(0);

/** The sequences of a region one by one, taken from its query a chunk at a time. */
export class SequenceWalk {
  readonly #engine: ReadEngine;
  #query: SequenceQuery | undefined;
  #chunk: Uint32Array;
  #at = 0;
  #end = 0;

  constructor(engine: ReadEngine, region: Region, options: QueryOptions) {
    const query = new SequenceQuery(engine.index, region, options);
    this.#engine = engine;
    this.#query = query;
    this.#chunk = query.chunk;
  }

  /**
   * The next sequence, or {@link walkEnd}.
   *
   * @throws {StoreClosedError} when the store was closed meanwhile
   */
  next(): number {
    if (this.#at === this.#end && !this.#refill()) return walkEnd;
    if (!this.#engine.open) throw new StoreClosedError('reading on');
    const sequence = this.#chunk[this.#at] ?? 0;
    this.#at += 1;
    return sequence;
  }

  /** Ends it: what it walked over can be collected, however long it is kept. */
  end(): void {
    this.#query = undefined;
    this.#chunk = nothing;
    this.#at = 0;
    this.#end = 0;
  }

  #refill(): boolean {
    const query = this.#query;
    if (query === undefined) return false;
    if (this.#end > 0) query.grow();
    this.#at = 0;
    this.#end = query.fill();
    this.#chunk = query.chunk;
    if (this.#end === 0) this.end();
    return this.#end > 0;
  }
}
