import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { PostingView } from '../../../../src/indexes/views/posting-view.ts';
import { madeIndex } from '../../../support/random-index.ts';

const { index } = madeIndex(3, pageRows + 10, false);

describe('PostingView', () => {
  it('makes the postings of a full page when they are due, and keeps them', () => {
    const view = new PostingView(index.columns, 'kind');
    expect([view.of(0), view.covers(0, 1)]).toEqual([undefined, false]);
    view.owe(0, pageRows - 1);
    expect(view.of(0)).toBeUndefined();
    view.owe(0, 1);
    expect(view.covers(0, 1)).toBe(true);
    expect(view.known(0)).toBeUndefined();
    const made = view.of(0);
    expect(made).toBeDefined();
    expect([view.known(0), view.make(0), view.pageCount]).toEqual([made, made, 1]);
    expect(view.bytes).toBe(made?.bytes);
  });

  it('makes none of the page that is being written', () => {
    const view = new PostingView(index.columns, 'entity');
    view.policy = 'always';
    expect([view.has(0), view.has(1)]).toEqual([true, false]);
  });

  it('makes those of all pages when stepping over events has cost as many as there are', () => {
    const view = new PostingView(index.columns, 'entity');
    view.oweByAll(index.count - 1);
    expect(view.has(0)).toBe(false);
    view.oweByAll(1);
    expect(view.has(0)).toBe(true);
    view.policy = 'never';
    expect([view.has(0), view.covers(0, 1)]).toEqual([false, false]);
  });
});
