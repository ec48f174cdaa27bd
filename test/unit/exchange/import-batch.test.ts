import { describe, expect, it } from 'vitest';
import { prepareImportBatch } from '../../../src/exchange/import-batch.ts';
import { readCloudEvent } from '../../../src/exchange/incoming-event.ts';
import { StoreHost } from '../../support/store-host.ts';

const idOf = (index: number): string => `0190b0c4-7f6a-7cc3-98c4-dc0c0c07398${index}`;
const event = (index: number, more: object = {}) =>
  readCloudEvent(
    { specversion: '1.0', id: idOf(index), source: '/s', type: 't', subject: 'e', ...more },
    index + 1,
    () => undefined,
  );

/** Takes a batch from the events, and writes it. */
function take(events: ReturnType<typeof event>[], options = {}) {
  const store = new StoreHost().open(options);
  const lines: number[] = [];
  let taken = 0;
  let causes: unknown[] = [];
  const receipts = store.appendPrepared((engine) => {
    const batch = prepareImportBatch(store, engine, events, '', ({ line }) => lines.push(line));
    taken = batch.taken;
    causes = batch.items.map(({ causedBy }) => causedBy);
    return batch.items;
  });
  return { taken, causes, lines, written: receipts.length };
}

describe('prepareImportBatch', () => {
  it('takes all that fits, and ties items that caused each other', () => {
    const reaction = event(1, { causationid: idOf(0), correlationid: idOf(0) });
    const next = event(2, { causationid: idOf(1), correlationid: idOf(0) });
    expect(take([event(0), reaction, next])).toMatchObject({ taken: 3, causes: [undefined, 0, 1] });
  });

  it.each([
    ['the same event again', {}, 0],
    ['a cause in the batch with a correlation of its own', { causationid: idOf(0) }, 1],
    [
      'a correlation with an event of the batch that did not cause it',
      { correlationid: idOf(0) },
      1,
    ],
  ])('ends before %s', (_, more, index) => {
    expect(take([event(0), event(index, more)])).toMatchObject({ taken: 1, written: 1 });
  });

  it('ends at the limits of the store, and takes the first event whatever its size', () => {
    const large = { data: 'x'.repeat(9000) };
    const events = [event(0, large), event(1, large), event(2)];
    expect(take(events, { batch: { maxSize: 2 } }).taken).toBe(2);
    expect(take(events, { batch: { maxBytes: 4096 } }).taken).toBe(1);
  });
});
