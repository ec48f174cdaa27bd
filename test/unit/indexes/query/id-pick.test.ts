import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { IdPick } from '../../../../src/indexes/query/id-pick.ts';
import { PagePostings } from '../../../../src/indexes/views/page-postings.ts';
import { PostingView } from '../../../../src/indexes/views/posting-view.ts';

describe('IdPick', () => {
  it('finds the slots of one id, or of all that a test takes', () => {
    const ids = Uint16Array.from({ length: pageRows }, (_, row) => row % 5);
    const postings = PagePostings.of(ids, new Uint32Array(pageRows).fill(1));
    const view = new PostingView(new EventIndex(1).columns, 'kind');
    const odd = { holds: (id: number) => id % 2 === 1 };
    expect(new IdPick(view, 3, odd).slotsIn(postings)).toEqual([3]);
    expect(new IdPick(view, 9, odd).slotsIn(postings)).toEqual([]);
    expect(new IdPick(view, -1, odd).slotsIn(postings)).toEqual([1, 3]);
  });
});
