import type { PagePostings } from '../views/page-postings.ts';
import type { PostingView } from '../views/posting-view.ts';

/** Which ids of a column a region asks for. */
export interface IdTest {
  /** Whether events that bear this id can lie in the region. */
  holds(id: number): boolean;
}

/** A part of a region that a view can answer. */
export class IdPick {
  readonly view: PostingView;
  /** The only id that is asked for, or -1 when the test tells. */
  readonly #id: number;
  readonly #test: IdTest;

  constructor(view: PostingView, id: number, test: IdTest) {
    this.view = view;
    this.#id = id;
    this.#test = test;
  }

  /** Slots of the ids that are asked for, in a page's postings. */
  slotsIn(postings: PagePostings): number[] {
    if (this.#id >= 0) {
      const slot = postings.slotOf(this.#id);
      return slot < 0 ? [] : [slot];
    }
    const slots: number[] = [];
    for (let slot = 0; slot < postings.ids.length; slot += 1) {
      if (this.#test.holds(postings.ids[slot] ?? 0)) slots.push(slot);
    }
    return slots;
  }
}
