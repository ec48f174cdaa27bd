import type { IndexEntry } from '../../model/event.ts';
import type { QueryOptions } from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';
import { IndexEntryView } from './event-view.ts';
import { SequenceWalk, walkEnd } from './sequence-walk.ts';

/**
 * Walks over the entries of a region. Written by hand, as a generator inside a generator costs
 * 100 ns an entry and this 10. It holds nothing that must be released.
 */
export class EntryIterator implements Iterator<IndexEntry, undefined> {
  readonly #engine: ReadEngine;
  readonly #walk: SequenceWalk;

  constructor(engine: ReadEngine, region: Region, options: QueryOptions) {
    this.#engine = engine;
    this.#walk = new SequenceWalk(engine, region, options);
  }

  next(): IteratorResult<IndexEntry, undefined> {
    const sequence = this.#walk.next();
    if (sequence === walkEnd) return { done: true, value: undefined };
    return { done: false, value: new IndexEntryView(this.#engine, sequence) };
  }

  /** Ends it, as `break` does. */
  return(): IteratorResult<IndexEntry, undefined> {
    this.#walk.end();
    return { done: true, value: undefined };
  }
}
