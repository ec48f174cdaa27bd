import { SequenceQuery } from '../../indexes/query/sequence-query.ts';
import { StoreClosedError } from '../../model/errors/lifecycle-errors.ts';
import type { StoredEvent } from '../../model/event.ts';
import type { QueryOptions } from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';
import { StoredEventView } from './event-view.ts';
import { ReadWindow } from './read-window.ts';

/** Walks over the events of a region, as `EntryIterator` does over its entries. */
export class EventIterator implements Iterator<StoredEvent, undefined> {
  readonly #engine: ReadEngine;
  #query: SequenceQuery | undefined;
  #window: ReadWindow | undefined;
  #chunk: Uint32Array;
  #at = 0;
  #end = 0;

  constructor(engine: ReadEngine, region: Region, options: QueryOptions) {
    const query = new SequenceQuery(engine.index, region, options);
    this.#engine = engine;
    this.#query = query;
    this.#window = new ReadWindow(engine);
    this.#chunk = query.chunk;
  }

  next(): IteratorResult<StoredEvent, undefined> {
    if (this.#at === this.#end && !this.#refill()) return { done: true, value: undefined };
    if (!this.#engine.open) throw new StoreClosedError('reading on');
    const window = this.#window;
    if (window === undefined) return { done: true, value: undefined };
    const sequence = this.#chunk[this.#at] ?? 0;
    this.#at += 1;
    const record = window.record(sequence);
    return { done: false, value: new StoredEventView(this.#engine, sequence, record) };
  }

  /** Ends it, as `break` does: its window over the segment can be collected. */
  return(): IteratorResult<StoredEvent, undefined> {
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
    this.#window = undefined;
    this.#chunk = nothing;
    this.#at = 0;
    this.#end = 0;
  }
}

const nothing = new Uint32Array(0);
