import { type BatpakError, err, type Outcome, ok, outcomes, type Receipt } from 'batpak';
import { match } from 'ts-pattern';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind } from '../support/store-host.ts';

/** What a program tells its user: the compiler sees that no case is missing. */
function told(outcome: Outcome<Receipt>): string {
  return match(outcome)
    .with({ type: 'ok' }, ({ value }) => `stored at ${value.sequence}`)
    .with({ type: 'err' }, ({ error }) => error.code)
    .with({ type: 'retry' }, ({ afterMs }) => `again in ${afterMs} ms`)
    .with({ type: 'pending', waitingFor: { type: 'event' } }, ({ waitingFor }) => {
      return `when ${waitingFor.eventId} is there`;
    })
    .with({ type: 'pending' }, ({ waitingFor }) => `later: ${waitingFor.type}`)
    .with({ type: 'cancelled' }, ({ reason }) => reason)
    .with({ type: 'batch' }, ({ outcomes: all }) => all.map(told).join(', '))
    .exhaustive();
}

describe('outcomes', () => {
  it('are matched exhaustively, what a store answers included', () => {
    const store = new StoreHost().open();
    const stored = store.tryAppend('a', someKind, 1);
    const refused = store.tryAppend('a', someKind, 1, { expected: 'none' });
    store.beginVisibilityFence();
    const kept = store.tryAppend('a', someKind, 1);
    const waiting = outcomes.pending({ type: 'event', eventId: 'e' });
    const all: Outcome<Receipt> = outcomes.batch<Receipt, BatpakError>([
      stored,
      refused,
      kept,
      waiting,
    ]);
    expect(told(all)).toBe(
      'stored at 0, BATPAK_EXPECTATION_FAILED, a visibility fence is open, when e is there',
    );
    expect(told(outcomes.pending({ type: 'time', atMs: 5 }))).toBe('later: time');
    expect(told(outcomes.retry(10, 'full'))).toBe('again in 10 ms');
  });

  it('are joined across attempts', () => {
    const store = new StoreHost().open();
    const [first, second] = [store.tryAppend('a', someKind, 1), store.tryAppend('b', someKind, 2)];
    const clocks = outcomes.map(outcomes.zip(first, second), ([a, b]) => [a.clock, b.sequence]);
    expect(clocks).toEqual(ok([0, 1]));
    const failed = store.tryAppend('a', someKind, 3, { expected: 'none' });
    expect(outcomes.joinAll([first, failed, second])).toBe(failed);
    expect(outcomes.joinAny([failed, second])).toBe(second);
  });

  it('wait for events of a store, without anything that runs', () => {
    const store = new StoreHost().open();
    const { eventId } = store.append('a', someKind, 1);
    const has = (id: string): boolean => store.get(id) !== undefined;
    const missing = eventId.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    const facts = { nowMs: 0, has };
    expect(outcomes.isMet({ type: 'event', eventId }, facts)).toBe(true);
    expect(outcomes.isMet({ type: 'event', eventId: missing }, facts)).toBe(false);
  });

  it('say what to undo', () => {
    const undo = { type: 'rollback', eventIds: ['e'] } as const;
    expect(outcomes.compensationsOf(err('no', undo))).toEqual([undo]);
  });
});
