import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost } from '../../../support/store-host.ts';

describe('a cursor worker', () => {
  it('is idle at once when it is, and when it has ended', async () => {
    const store = new StoreHost().open();
    const worker = store.cursorWorker(Region.all(), () => undefined);
    await worker.idle();
    await worker.idle();
    expect(worker.state).toBe('idle');
    const waiting = worker.idle();
    await worker.stop();
    await Promise.all([waiting, worker.idle()]);
    expect(await worker.stop()).toEqual({ state: 'stopped' });
  });

  it('waits for events that are visible, though nobody has told it yet', async () => {
    const store = new StoreHost().open();
    let handled = 0;
    const worker = store.cursorWorker(Region.all(), ({ length }) => void (handled += length));
    await worker.idle();
    appendSome(store, 3);
    await worker.idle();
    expect(handled).toBe(3);
    await worker.stop();
  });

  it('ends without a batch when it is stopped before it began', async () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    let handled = 0;
    const worker = store.cursorWorker(Region.all(), () => void (handled += 1));
    expect(await worker.stop()).toEqual({ state: 'stopped' });
    expect(handled).toBe(0);
  });

  it('tells idle to who waits when it gives up', async () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    const fail = (): void => {
      throw new Error('no');
    };
    const worker = store.cursorWorker(Region.all(), fail, { maxTries: 1, maxParked: 0 });
    await worker.idle();
    expect(worker.state).toBe('exhausted');
  });
});
