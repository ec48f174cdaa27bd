import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../../support/store-host.ts';

describe('StoreSubmits', () => {
  it('queues nothing of a closed store, nor of one whose writer is dead', () => {
    const host = new StoreHost();
    const closed = host.open();
    closed.close();
    const host2 = new StoreHost();
    const dead = host2.open({
      writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1 } },
    });
    dead.append('a', someKind, 0);
    host2.plan.fail({ operation: 'write', path: '.fbat', code: 'EIO' });
    thrownBy(() => dead.append('a', someKind, 0));
    const item = { at: 'a', kind: someKind, payload: 1 };
    for (const [store, code] of [
      [closed, 'BATPAK_STORE_CLOSED'],
      [dead, 'BATPAK_WRITER_DEAD'],
    ] as const) {
      for (const call of [
        () => store.submit('a', someKind, 1),
        () => store.submitBatch([item]),
        () => store.trySubmit('a', someKind, 1),
        () => store.submitReaction('a', someKind, 1, 'x'),
        () => store.outbox().submitFlush(),
        () => store.outbox().stage('a', someKind, 1),
        () => store.beginVisibilityFence(),
      ]) {
        expect(thrownBy(call)).toMatchObject({ code });
      }
      expect(store.writerPressure().queued).toBe(0);
    }
  });

  it('flushes an outbox behind what was submitted', () => {
    const store = new StoreHost().open();
    const outbox = store.outbox();
    outbox.stage('a', someKind, 2);
    store.submit('a', someKind, 1);
    expect(outbox.flush()).toMatchObject([{ sequence: 1 }]);
  });
});
