import { defineEvent, item } from 'batpak';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../../src/store/write/append.ts';
import {
  type BatchItem,
  commitBatch,
  prepareItems,
} from '../../../../src/store/write/append-batch.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const id = '0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f';
const newEngine = () => engineOf(new StoreHost().open());
const event = (at: string, more: Partial<BatchItem> = {}): BatchItem => ({
  at,
  kind: someKind,
  payload: at,
  ...more,
});

describe('item', () => {
  it('is the item with its options', () => {
    const Moved = defineEvent<number>({ name: 'moved' });
    expect(item('a', Moved, 5, { causation: id, options: { flags: 1 } })).toEqual({
      at: 'a',
      kind: Moved,
      payload: 5,
      causation: id,
      options: { flags: 1 },
    });
  });
});

describe('prepareItems', () => {
  it('tells which earlier item caused an item', () => {
    const items = [event('a'), event('b', { causation: { item: 0 } }), event('c')];
    const prepared = prepareItems(newEngine(), items);
    expect(prepared.map(({ causedBy }) => causedBy)).toEqual([undefined, 0, undefined]);
  });

  it('takes the id of a stored event for a cause', () => {
    const [prepared] = prepareItems(newEngine(), [event('a', { causation: id })]);
    expect(Buffer.from(prepared?.request.causationId ?? []).toString('hex')).toBe(
      id.replaceAll('-', ''),
    );
  });

  it.each<readonly [string, Partial<BatchItem>, string]>([
    ['itself for its cause', { causation: { item: 1 } }, 'BATPAK_ARGUMENT_RANGE'],
    ['a later item for its cause', { causation: { item: 2 } }, 'BATPAK_ARGUMENT_RANGE'],
    ['no id for its cause', { causation: 'first' }, 'BATPAK_ARGUMENT_TYPE'],
    ['no kind', { kind: 'x' as never }, 'BATPAK_ARGUMENT_TYPE'],
    ['durable', { options: { durable: true } as never }, 'BATPAK_ARGUMENT_TYPE'],
    ['an empty entity', { at: '' }, 'BATPAK_INVALID_COORDINATE'],
  ])('names the item that has %s', (_, wrong, code) => {
    const items = [event('a'), event('b', wrong), event('c')];
    expect(thrownBy(() => prepareItems(newEngine(), items))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      stage: 'validating',
      itemIndex: 1,
      cause: { code },
    });
  });
});

describe('commitBatch', () => {
  it('links items of one entity to each other, and to their causes', () => {
    const engine = newEngine();
    const items = [event('a'), event('b', { causation: { item: 0 } }), event('a')];
    const receipts = commitBatch(engine, new Appender(engine), prepareItems(engine, items), false);
    expect(receipts.map(({ sequence, clock }) => [sequence, clock])).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
    ]);
    expect(receipts.map(({ durability }) => durability)).toEqual(['written', 'written', 'written']);
  });

  it('is durable when it is to be', () => {
    const engine = newEngine();
    const items = prepareItems(engine, [event('a')]);
    const [receipt] = commitBatch(engine, new Appender(engine), items, true);
    expect(receipt?.durability).toBe('durable');
  });
});
