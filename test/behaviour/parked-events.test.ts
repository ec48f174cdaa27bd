import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, someKind, thrownBy } from '../support/store-host.ts';
import { hosted, passing, remembering } from '../support/worker-host.ts';

describe('a worker whose handler fails on an event', () => {
  it('finds the event that fails, and parks it after its tries', async () => {
    const { host, store, told } = hosted();
    const failures: unknown[] = [];
    store.onError = (failure) => void failures.push(failure);
    appendSome(store, 6);
    const { batches, attempts, handler } = remembering((sequence) => sequence === 2);
    const options = { name: 'mail', maxTries: 3 };
    const worker = store.cursorWorker(Region.all(), handler, options);
    await passing(host, worker.idle());
    expect(batches).toEqual([[0, 1, 2, 3, 4, 5], [0], [1], [2], [2], [2], [3], [4], [5]]);
    expect(attempts).toEqual([1, 2, 1, 1, 2, 3, 1, 1, 1]);
    const [parked] = worker.parked;
    expect(worker.parked).toHaveLength(1);
    expect(parked).toMatchObject({ sequence: 2, tries: 3, message: 'RangeError: no 2' });
    expect(failures).toHaveLength(4);
    expect(told).toContain('a worker has parked an event that its handler fails on');
    expect(told).toContain("the handler of a worker failed: 'mail'");
    expect(store.cursors()).toMatchObject([{ name: 'mail', position: 6, parked: 1 }]);
    const again = host.afterPowerLoss().open();
    const next = again.cursorWorker(Region.all(), remembering().handler, options);
    expect(next.parked).toEqual(worker.parked);
  });

  it('keeps nothing of the payload of a parked event', async () => {
    const { host, store } = hosted();
    store.append('order:1', someKind, { secret: 'the-secret-payload' });
    const { handler } = remembering(() => true);
    const worker = store.cursorWorker(Region.all(), handler, { name: 'mail', maxTries: 1 });
    await passing(host, worker.idle());
    const text = Buffer.from(host.read('cursors/mail.cursor')).toString('latin1');
    expect(text).toContain('no 0');
    expect(text).not.toContain('the-secret-payload');
  });

  it('tries a parked event again when asked to, and forgets it when told to', async () => {
    const { host, store } = hosted();
    appendSome(store, 3);
    let broken = true;
    const { batches, handler } = remembering((sequence) => sequence !== 1 && broken);
    const worker = store.cursorWorker(Region.all(), handler, {
      ...{ name: 'mail', maxTries: 1, batchSize: 1 },
    });
    await passing(host, worker.idle());
    expect(worker.parked.map(({ sequence }) => sequence)).toEqual([0, 2]);
    worker.retryParked(0);
    await passing(host, worker.idle());
    expect(worker.parked).toMatchObject([
      { sequence: 0, tries: 2 },
      { sequence: 2, tries: 1 },
    ]);
    broken = false;
    worker.retryParked(0);
    await passing(host, worker.idle());
    expect(batches).toEqual([[0], [1], [2], [0], [0]]);
    expect(worker.parked).toMatchObject([{ sequence: 2 }]);
    worker.dropParked(2);
    expect(worker.parked).toEqual([]);
    const kept = host.afterPowerLoss().open();
    expect(kept.cursors()).toMatchObject([{ position: 3, parked: 0 }]);
    for (const call of [() => worker.retryParked(2), () => worker.dropParked(2)]) {
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_ARGUMENT_RANGE', field: 'sequence' });
    }
  });

  it('gives up rather than leave out an event, where none may be parked', async () => {
    const { host, store } = hosted();
    appendSome(store, 3);
    const { handler } = remembering((sequence) => sequence === 1);
    const options = { name: 'mail', maxParked: 0, maxTries: 2, batchSize: 1 };
    const worker = store.cursorWorker(Region.all(), handler, options);
    const end = await passing(host, worker.ended);
    expect(end).toMatchObject({ state: 'exhausted', failure: { message: 'no 1' } });
    expect([worker.state, worker.checkpointed]).toEqual(['exhausted', 1]);
    expect(store.cursorGuaranteed(Region.all(), { name: 'mail' }).next()?.sequence).toBe(1);
  });
});
