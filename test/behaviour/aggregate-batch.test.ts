import { repository, type SendItem } from 'batpak';
import { describe, expect, it } from 'vitest';
import { door, list } from '../support/aggregates.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const open = (id: string, by = 'kim') => ({ id, command: { type: 'opened', by } }) as const;
const close = (id: string) => ({ id, command: { type: 'closed' } }) as const;

function someDoors() {
  const host = new StoreHost();
  const store = host.open();
  return { host, store, doors: repository(store, door) };
}

describe('sendAll', () => {
  it('judges each command in the state that those before it lead to', () => {
    const { store, doors } = someDoors();
    const answer = doors.sendAll([
      open('front'),
      open('back'),
      close('front'),
      open('front', 'lee'),
    ]);
    if (!answer.accepted) throw new Error(answer.reason);
    expect(answer.replayed).toBe(false);
    expect(answer.decisions).toMatchObject([
      { state: { value: 'open', clock: 1 }, receipt: { clock: 0 }, emitted: [{ clock: 1 }] },
      { state: { value: 'open', clock: 1 }, receipt: { clock: 0 }, emitted: [{ clock: 1 }] },
      { state: { value: 'closed', clock: 2 }, receipt: { clock: 2 }, emitted: [] },
      { state: { value: 'open', clock: 4 }, receipt: { clock: 3 }, emitted: [{ clock: 4 }] },
    ]);
    expect(store.eventCount).toBe(7);
    expect(doors.load('front')).toMatchObject({ value: 'open', context: { by: ['kim', 'lee'] } });
    expect(doors.send('front', { type: 'closed' }, { expected: 4 }).accepted).toBe(true);
    expect(repository(store, door).load('front')).toMatchObject({ value: 'closed', clock: 5 });
  });

  it('is one batch, in which what is emitted is caused by its own command', () => {
    const { host, store, doors } = someDoors();
    doors.sendAll([open('front'), open('back')]);
    for (const [cause, emitted] of [
      [0, 1],
      [2, 3],
    ] as const) {
      expect(store.at(emitted)?.causationId).toBe(store.at(cause)?.eventId);
      expect(store.at(cause)?.causationId).toBeUndefined();
    }
    const content = host.content();
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => doors.sendAll([close('front'), close('back')]))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      retryable: true,
    });
    expect(host.content()).toEqual(content);
    expect([doors.load('front')?.value, doors.load('back')?.value]).toEqual(['open', 'open']);
  });

  it('stores nothing when one is refused, and tells which one and the state that stays', () => {
    const { host, doors } = someDoors();
    doors.send('front', { type: 'opened', by: 'kim' });
    const content = host.content();
    const answer = doors.sendAll([open('back'), close('front'), close('front')]);
    expect(answer).toMatchObject({
      accepted: false,
      index: 2,
      reason: 'unhandled',
      event: { type: 'closed' },
      state: { value: 'open' },
    });
    expect(host.content()).toEqual(content);
    expect(doors.load('back')).toBeUndefined();
    expect(doors.load('front')?.value).toBe('open');
  });

  it('holds each command to its expected clock, those of the call counted', () => {
    const { store, doors } = someDoors();
    store.append('door:front', someKind, 'foreign');
    expect(
      doors.sendAll([
        { ...open('front'), expected: 0 },
        { ...close('front'), expected: 1 },
      ]),
    ).toMatchObject({ accepted: false, index: 1, reason: 'conflict', actual: 2 });
    expect(
      doors.sendAll([
        { ...open('front'), expected: 0 },
        { ...close('front'), expected: 2 },
      ]),
    ).toMatchObject({ accepted: true });
  });

  it('is answered as replayed when it is sent again with its keys, after a reopen too', () => {
    const { host, store, doors } = someDoors();
    const items = [
      { ...open('front'), idempotencyKey: 'one' },
      { ...close('front'), idempotencyKey: 'two' },
    ];
    const first = doors.sendAll(items);
    store.close();
    const again = repository(host.open(), door);
    const content = host.content();
    const answer = again.sendAll(items);
    expect(answer).toMatchObject({
      accepted: true,
      replayed: true,
      decisions: [
        { replayed: true, receipt: { clock: 0 }, state: { value: 'closed' } },
        { replayed: true, receipt: { clock: 2 }, state: { value: 'closed' } },
      ],
    });
    const idsOf = ({ accepted, ...rest }: typeof first) =>
      accepted && 'decisions' in rest ? rest.decisions.map(({ receipt }) => receipt.eventId) : [];
    expect(idsOf(answer)).toEqual(idsOf(first));
    expect(host.content()).toEqual(content);
  });

  it('is a conflict when only some of it was stored, or a key stands for something else', () => {
    const { host, doors } = someDoors();
    doors.send('front', { type: 'opened', by: 'kim' }, { idempotencyKey: 'one' });
    const content = host.content();
    const one = { ...open('front'), idempotencyKey: 'one' };
    const attempts: [string, SendItem<typeof one.command | { type: 'closed' }>[]][] = [
      ['batch', [one, { ...close('front'), idempotencyKey: 'two' }]],
      ['batch', [one, close('front')]],
      ['command', [{ ...one, command: { type: 'closed' } }]],
      ['entity', [{ ...one, id: 'back' }]],
    ];
    for (const [differs, items] of attempts) {
      expect(thrownBy(() => doors.sendAll(items))).toMatchObject({
        code: 'BATPAK_IDEMPOTENCY_CONFLICT',
        differs,
      });
    }
    expect(host.content()).toEqual(content);
  });

  it('leaves everything as it was when a machine throws', () => {
    const host = new StoreHost();
    const lists = repository(host.open(), list);
    lists.send('a', { type: 'add', item: 1 });
    const content = host.content();
    const add = { id: 'a', command: { type: 'add', item: 2 } } as const;
    const fail = { id: 'b', command: { type: 'addAndThrow', item: 3 } } as const;
    expect(thrownBy(() => lists.sendAll([add, fail]))).toMatchObject({
      code: 'BATPAK_MACHINE_DEFECT',
      entity: 'list:b',
    });
    expect(host.content()).toEqual(content);
    expect(lists.load('a')?.context).toEqual({ items: [1] });
  });

  it('takes an empty list, as many as batch.maxSize, and no more', () => {
    const host = new StoreHost();
    const doors = repository(host.open({ batch: { maxSize: 2 } }), door);
    expect(doors.sendAll([])).toEqual({ accepted: true, decisions: [], replayed: false });
    expect(doors.sendAll([open('a'), open('b')]).accepted).toBe(true);
    expect(thrownBy(() => doors.sendAll([close('a'), close('b'), close('c')]))).toMatchObject({
      code: 'BATPAK_LIMIT_EXCEEDED',
      limit: 'batch.maxSize',
      actual: 3,
    });
  });

  it.each([
    ['items', 'a text'],
    ['item', [null]],
    ['item.key', [{ ...open('a'), key: 'k' }]],
    ['command', [{ id: 'a' }]],
    ['command.type', [{ id: 'a', command: { type: 1 } }]],
    ['expected', [{ ...open('a'), expected: 'none' }]],
    ['id', [{ ...open('a'), id: 7 }]],
    [
      'idempotencyKey',
      [
        { ...open('a'), idempotencyKey: 'k' },
        { ...open('b'), idempotencyKey: 'k' },
      ],
    ],
  ])('refuses a wrong %s, and stores nothing', (field, items) => {
    const { store, doors } = someDoors();
    expect(thrownBy(() => doors.sendAll(items as never))).toMatchObject({ field });
    expect(store.eventCount).toBe(0);
  });
});

describe('while a visibility fence is open', () => {
  it('commands are refused as fenced, and accepted when it is over', () => {
    const { host, store, doors } = someDoors();
    doors.send('front', { type: 'opened', by: 'kim' }, { idempotencyKey: 'one' });
    const content = host.content();
    const fence = store.beginVisibilityFence();
    const fenced = { accepted: false, reason: 'fenced' };
    const state = { value: 'open', clock: 1 };
    expect(doors.send('front', { type: 'closed' })).toMatchObject({ ...fenced, state });
    expect(doors.create('back')).toMatchObject({ ...fenced, state: undefined });
    expect(doors.sendAll([close('front')])).toMatchObject({ ...fenced, index: 0, state });
    expect(host.content()).toEqual(content);
    fence.cancel();
    expect(doors.send('front', { type: 'closed' }).accepted).toBe(true);
  });

  it('a retry of what was stored is answered all the same, and states can be read', () => {
    const { store, doors } = someDoors();
    const sent = { type: 'opened', by: 'kim' } as const;
    doors.send('front', sent, { idempotencyKey: 'one' });
    store.beginVisibilityFence();
    expect(doors.send('front', sent, { idempotencyKey: 'one' })).toMatchObject({ replayed: true });
    expect(doors.sendAll([{ ...open('front'), idempotencyKey: 'one' }])).toMatchObject({
      accepted: true,
      replayed: true,
    });
    expect(doors.can('front', { type: 'closed' })).toBe(true);
  });
});
