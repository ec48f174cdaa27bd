import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/index.ts';
import { FaultPlan, MemoryFiles, memoryPlatform } from '../../src/testing/index.ts';
import { thrownBy } from '../support/store-host.ts';

const kind = 0x1001;

function given() {
  const plan = new FaultPlan(new MemoryFiles());
  const store = openStore({ dataDir: '/data', platform: memoryPlatform({ files: plan }) });
  return { plan, store };
}

describe('whenDurable', () => {
  it('resolves after the sync that covers the event, one for all who wait', async () => {
    const { plan, store } = given();
    const sequences = [1, 2, 3].map((value) => store.append('a', kind, value).sequence);
    expect(store.durableThrough()).toBeUndefined();
    const before = plan.count('beginSync');
    await Promise.all(sequences.map((sequence) => store.whenDurable(sequence)));
    expect(store.durableThrough()).toBe(2);
    expect(plan.count('beginSync') - before).toBe(1);
  });

  it('does not take a sync for its own that was issued before the event was written', async () => {
    const { plan, store } = given();
    const first = store.append('a', kind, 1).sequence;
    plan.holdSyncs();
    const done: [string, number | undefined][] = [];
    const wait = (sequence: number, name: string): Promise<unknown> =>
      store.whenDurable(sequence).then(() => done.push([name, store.durableThrough()]));
    const waits = [wait(first, 'first')];
    await Promise.resolve();
    const second = store.append('a', kind, 2).sequence;
    waits.push(wait(second, 'second'));
    plan.releaseSyncs();
    await Promise.all(waits);
    expect(done).toEqual([
      ['first', 0],
      ['second', 1],
    ]);
  });

  it('rejects with the failed sync, and the store has saved the events if it goes on', async () => {
    const { plan, store } = given();
    const { sequence } = store.append('a', kind, 1);
    plan.fail({ operation: 'beginSync', code: 'EIO' });
    await expect(store.whenDurable(sequence)).rejects.toMatchObject({
      code: 'BATPAK_SYNC_FAILED',
      outcome: 'unknown',
    });
    expect(store.durableThrough()).toBe(0);
    expect(store.append('a', kind, 2, { expected: 0, durable: true }).durability).toBe('durable');
    expect(store.verify()).toMatchObject({ ok: true, events: 2 });
  });

  it('takes the sequence of a written event', () => {
    const { store } = given();
    expect(thrownBy(() => store.whenDurable(0))).toMatchObject({ field: 'sequence', value: 0 });
    store.append('a', kind, 1);
    for (const sequence of [-1, 0.5, 1, '0']) {
      expect(thrownBy(() => store.whenDurable(sequence as number))).toMatchObject({
        field: 'sequence',
        value: sequence,
      });
    }
  });

  it('answers at once what is durable, also when the store is closed', async () => {
    const { store } = given();
    store.append('a', kind, 1);
    store.close();
    await expect(store.whenDurable(0)).resolves.toBeUndefined();
  });
});
