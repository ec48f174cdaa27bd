import type { StoredEvent } from '../../model/event.ts';
import type { QueryOptions } from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';
import { StoredEventView } from './event-view.ts';
import { ReadWindow } from './read-window.ts';
import { SequenceWalk, walkEnd } from './sequence-walk.ts';

/** Walks over the events of a region, as `EntryIterator` does over its entries. */
export class EventIterator implements Iterator<StoredEvent, undefined> {
  readonly #engine: ReadEngine;
  readonly #walk: SequenceWalk;
  #window: ReadWindow | undefined;

  constructor(engine: ReadEngine, region: Region, options: QueryOptions) {
    this.#engine = engine;
    this.#walk = new SequenceWalk(engine, region, options);
  }

  next(): IteratorResult<StoredEvent, undefined> {
    const sequence = this.#walk.next();
    if (sequence === walkEnd) return this.return();
    this.#window ??= new ReadWindow(this.#engine);
    const record = this.#window.record(sequence);
    return { done: false, value: new StoredEventView(this.#engine, sequence, record) };
  }

  /** Ends it, as `break` does: its window over the segment can be collected. */
  return(): IteratorResult<StoredEvent, undefined> {
    this.#walk.end();
    this.#window = undefined;
    return { done: true, value: undefined };
  }
}
