import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('opening a worker', () => {
  it('refuses what is no region or no handler', () => {
    const store = new StoreHost().open();
    const untyped: { cursorWorker(...parts: unknown[]): unknown } = store as never;
    for (const parts of [['order', () => undefined], [Region.all(), 7], [Region.all()]]) {
      expect(thrownBy(() => untyped.cursorWorker(...parts))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
    }
  });

  it('begins where it is told to', async () => {
    const store = new StoreHost().open();
    appendSome(store, 3);
    const seen: number[] = [];
    const worker = store.cursorWorker(
      Region.all(),
      (events) => void seen.push(...events.map(({ sequence }) => sequence)),
      { from: 2 },
    );
    await worker.idle();
    expect([seen, worker.name, worker.recovered]).toEqual([[2], undefined, undefined]);
    await worker.stop();
  });
});
