import { describe, expect, it } from 'vitest';
import { WriteTurn } from '../../../../src/store/write/write-turn.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const newTurn = () => {
  const host = new StoreHost();
  const store = host.open();
  const synced: number[] = [];
  const turn = new WriteTurn(engineOf(store), () => synced.push(host.clock.nowUs()));
  return { host, store, turn, synced };
};

describe('WriteTurn', () => {
  it('is taken by one call at a time', () => {
    const { turn } = newTurn();
    turn.begin('append');
    for (const call of [() => turn.begin('sync'), () => turn.requireFree('sync')]) {
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_NESTED_WRITE', operation: 'sync' });
    }
    turn.end();
    turn.begin('sync');
    turn.release();
    turn.beginAnyway('submit');
    expect(thrownBy(() => turn.beginAnyway('submit'))).toMatchObject({ operation: 'submit' });
  });

  it('is not given when the store is closed, but to those who tell what is queued', () => {
    const { store, turn } = newTurn();
    store.close();
    expect(thrownBy(() => turn.begin('append'))).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    turn.beginAnyway('submit');
  });

  it('sees to a sync of a store that falls idle, once, until it is stopped', () => {
    const { host, store, turn, synced } = newTurn();
    turn.end();
    expect(host.timers.pending).toBe(0);
    store.append('a', someKind, 1);
    const own = host.timers.pending;
    turn.end();
    turn.end();
    expect(host.timers.pending - own).toBe(1);
    turn.stop();
    expect(host.timers.pending).toBe(own);
    expect(synced).toEqual([]);
  });

  it('keeps others out while a fence is open, and ends it when the writer is dead', () => {
    const { store, turn } = newTurn();
    const ends: string[] = [];
    turn.fence = { active: true, end: (reason) => ends.push(reason) };
    expect(thrownBy(() => turn.requireUnfenced('append'))).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
      operation: 'append',
    });
    turn.end();
    expect([turn.fenced, ends]).toEqual([true, []]);
    store.close();
    turn.end();
    expect(ends).toEqual(['writer stopped']);
    turn.fence = { active: false, end: () => undefined };
    turn.requireUnfenced('append');
  });
});
