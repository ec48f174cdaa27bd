import { SequenceQuery } from '../../indexes/query/sequence-query.ts';
import { StoreClosedError } from '../../model/errors/lifecycle-errors.ts';
import type { IndexEntry } from '../../model/event.ts';
import type { QueryOptions } from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';
import { IndexEntryView } from './event-view.ts';

/**
 * Walks over the entries of a region. Written by hand, as a generator inside a generator costs
 * 100 ns an entry and this 10. It holds nothing that must be released.
 */
export class EntryIterator implements Iterator<IndexEntry, undefined> {
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

  next(): IteratorResult<IndexEntry, undefined> {
    if (this.#at === this.#end && !this.#refill()) return { done: true, value: undefined };
    if (!this.#engine.open) throw new StoreClosedError('reading on');
    const sequence = this.#chunk[this.#at] ?? 0;
    this.#at += 1;
    return { done: false, value: new IndexEntryView(this.#engine, sequence) };
  }

  /** Ends it, as `break` does: what it walked over can be collected, however long it is kept. */
  return(): IteratorResult<IndexEntry, undefined> {
    this.#finish();
    return { done: true, value: undefined };
  }

  #refill(): boolean {
    const query = this.#query;
    if (query === undefined) return false;
    if (this.#end > 0) query.grow();
    this.#at = 0;
    this.#end = query.fill();
    this.#chunk = query.chunk;
    if (this.#end === 0) this.#finish();
    return this.#end > 0;
  }

  #finish(): void {
    this.#query = undefined;
    this.#chunk = nothing;
    this.#at = 0;
    this.#end = 0;
  }
}

const nothing = new Uint32Array(0);
