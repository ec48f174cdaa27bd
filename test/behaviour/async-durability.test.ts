import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import {
  appendSome,
  type HostOptions,
  StoreHost,
  someKind,
  thrownBy,
} from '../support/store-host.ts';

/** A store whose syncs that nobody waits for are held, and what those who ask for them are told. */
class Held {
  readonly host = new StoreHost();
  readonly store: Store;
  readonly told: [name: string, answer: unknown][] = [];
  readonly warnings: string[] = [];
  readonly reported: unknown[] = [];

  constructor(options: HostOptions = {}) {
    const warn = (_: object, message: string): unknown => this.warnings.push(message);
    this.store = this.host.open({ ...options, logger: { warn, error: () => undefined } });
    this.store.onError = (failure) => this.reported.push(failure);
    this.host.plan.holdSyncs();
  }

  /** Appends an event and waits for it; a turn later its sync runs, unless one does already. */
  async awaits(name: string): Promise<void> {
    const { sequence } = this.store.append('order:1', someKind, name);
    this.store.whenDurable(sequence).then(
      () => this.told.push([name, 'durable']),
      (failure: { readonly code: string }) => this.told.push([name, failure.code]),
    );
    await turn();
  }

  async release(): Promise<void> {
    this.host.plan.releaseSyncs();
    await turn();
  }
}

/** Lets everything happen that is on its way. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a sync that nobody waits for', () => {
  it('covers what was written before it began, and the next one the rest', async () => {
    const held = new Held();
    await held.awaits('first');
    await held.awaits('second');
    await held.awaits('third');
    expect([held.store.durableThrough(), held.told]).toEqual([undefined, []]);
    expect(held.host.plan.count('beginSync')).toBe(1);
    held.host.plan.releaseSyncs().holdSyncs();
    await turn();
    expect([held.store.durableThrough(), held.told]).toEqual([0, [['first', 'durable']]]);
    expect(held.host.plan.count('beginSync')).toBe(2);
    await held.release();
    expect(held.store.durableThrough()).toBe(2);
    expect(held.told.slice(1)).toEqual([
      ['second', 'durable'],
      ['third', 'durable'],
    ]);
    expect(held.host.plan.count('beginSync')).toBe(2);
  });

  it('has made durable what it says', async () => {
    const held = new Held();
    await held.awaits('first');
    await held.awaits('second');
    held.host.plan.releaseSyncs().holdSyncs();
    await turn();
    for (let seed = 1; seed <= 10; seed += 1) {
      const left = held.host.afterPowerLoss(new SeededRandom(seed)).open();
      expect(left.eventCount, `seed ${seed}`).toBeGreaterThan(held.store.durableThrough() ?? 0);
    }
  });

  it('is overtaken by one that is waited for, whose answer counts for all', async () => {
    const held = new Held();
    await held.awaits('first');
    await held.awaits('second');
    held.store.sync();
    await turn();
    expect(held.store.durableThrough()).toBe(1);
    expect(held.told).toEqual([
      ['first', 'durable'],
      ['second', 'durable'],
    ]);
    await held.release();
    expect([held.store.durableThrough(), held.host.plan.count('beginSync')]).toEqual([1, 1]);
    await held.awaits('third');
    expect(held.told[2]).toEqual(['third', 'durable']);
  });

  it('fails those that it covered, and no others: a restart saves all', async () => {
    const held = new Held();
    held.host.plan.fail({ operation: 'beginSync', code: 'EIO' });
    await held.awaits('first');
    await held.awaits('second');
    await held.release();
    expect(held.told).toEqual([
      ['first', 'BATPAK_SYNC_FAILED'],
      ['second', 'durable'],
    ]);
    expect(held.reported).toMatchObject([{ code: 'BATPAK_SYNC_FAILED' }]);
    expect(held.store.durableThrough()).toBe(1);
    const left = held.host.afterPowerLoss().open();
    expect(left.verify()).toMatchObject({ ok: true, events: 2 });
  });

  it('fails with the one that overtakes it, and its own answer comes too late', async () => {
    const held = new Held();
    held.host.plan.fail({ operation: 'beginSync', code: 'EIO' });
    await held.awaits('first');
    // The system tells the writer's own descriptor of the failure, too.
    expect(thrownBy(() => held.store.sync())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
    await turn();
    expect(held.told).toEqual([['first', 'BATPAK_SYNC_FAILED']]);
    await held.release();
    expect(held.store.append('order:1', someKind, 'next', { durable: true }).sequence).toBe(1);
    const left = held.host.afterPowerLoss().open();
    expect(left.verify()).toMatchObject({ ok: true, events: 2 });
  });

  it('fails all who wait when there is no restart', async () => {
    const restartPolicy = { type: 'bounded', maxRestarts: 0, withinMs: 1000 } as const;
    const held = new Held({ writer: { restartPolicy } });
    held.host.plan.fail({ operation: 'beginSync', code: 'EIO' });
    await held.awaits('first');
    await held.awaits('second');
    await held.release();
    expect(held.told).toEqual([
      ['first', 'BATPAK_SYNC_FAILED'],
      ['second', 'BATPAK_WRITER_DEAD'],
    ]);
    await expect(held.store.whenDurable(0)).rejects.toMatchObject({ code: 'BATPAK_WRITER_DEAD' });
    expect(held.store.durableThrough()).toBeUndefined();
  });

  it('may run on over a rotation, which syncs the segment by itself', async () => {
    const held = new Held({ segmentMaxBytes: 1 });
    await held.awaits('first');
    await held.awaits('second');
    expect(held.told).toEqual([['first', 'durable']]);
    expect(held.store.append('order:1', someKind, 'third').position.segmentId).toBe(3);
    expect(held.store.durableThrough()).toBe(1);
    await held.release();
    expect(held.told).toEqual([
      ['first', 'durable'],
      ['second', 'durable'],
    ]);
    expect(held.store.durableThrough()).toBe(1);
    await held.store.whenDurable(2);
    expect(held.store.verify()).toMatchObject({ ok: true, events: 3 });
    expect(held.store.close()).toEqual({ events: 3, clean: true });
  });

  it('fails a rotation that overtakes it, which goes on behind a restart', async () => {
    const held = new Held({ segmentMaxBytes: 1 });
    held.host.plan.fail({ operation: 'beginSync', code: 'EIO' });
    await held.awaits('first');
    await held.awaits('second');
    expect(held.told).toEqual([['first', 'BATPAK_SYNC_FAILED']]);
    await held.release();
    await held.store.whenDurable(1);
    const left = held.host.afterPowerLoss().open();
    expect(left.verify()).toMatchObject({ ok: true, events: 2 });
  });

  it('may run on while the store is closed: the answer of close counts', async () => {
    const held = new Held();
    await held.awaits('first');
    expect(held.store.close()).toEqual({ events: 1, clean: true });
    await turn();
    expect(held.told).toEqual([['first', 'durable']]);
    await held.release();
    expect(held.host.open().recovery).toMatchObject({ ending: 'clean', events: 1 });
  });

  it('fails with close when that can not sync', async () => {
    const held = new Held();
    await held.awaits('first');
    held.host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    thrownBy(() => held.store.close());
    await held.release();
    expect(held.told).toEqual([['first', 'BATPAK_SYNC_FAILED']]);
  });

  it('gives way to one that is waited for when it can not begin', async () => {
    const held = new Held();
    held.store.append('order:1', someKind, 'first');
    held.host.plan.fail({ operation: 'open', path: '.fbat', code: 'EMFILE' });
    await held.awaits('second');
    expect([held.told, held.host.plan.count('beginSync')]).toEqual([[['second', 'durable']], 0]);
    await held.awaits('third');
    expect(held.host.plan.count('beginSync')).toBe(1);
  });

  it('is not begun for a directory that another writer has taken', async () => {
    const held = new Held();
    held.store.append('order:1', someKind, 'first');
    held.host.files.remove('/store/LOCK');
    await held.awaits('second');
    expect(held.told).toEqual([['second', 'BATPAK_STORE_LOCKED']]);
    expect(thrownBy(() => held.store.sync())).toMatchObject({ code: 'BATPAK_WRITER_DEAD' });
  });

  it('writes what a killed process left again, before anything else is written', async () => {
    const first = new StoreHost();
    appendSome(first.open(), 3);
    const host = first.killed();
    const store = host.open();
    await Promise.all([store.whenDurable(0), store.whenDurable(2)]);
    expect(store.durableThrough()).toBe(2);
    expect(host.segmentNames()).toEqual(['000002.fbat']);
    expect(host.afterPowerLoss().open().verify()).toMatchObject({ ok: true, events: 3 });
  });

  it('on the real disk may be on its way when the store is closed', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'batpak-async-'));
    try {
      for (let round = 0; round < 3; round += 1) {
        const store = openStore({ dataDir });
        const { sequence } = store.append('order:1', someKind, round);
        const durable = store.whenDurable(sequence);
        // Its sync is issued by the microtask before this one goes on.
        await Promise.resolve();
        expect(store.close().clean).toBe(true);
        await durable;
      }
      const store = openStore({ dataDir });
      expect([...store.events(Region.all())].map(({ payload }) => payload)).toEqual([0, 1, 2]);
      store.close();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
