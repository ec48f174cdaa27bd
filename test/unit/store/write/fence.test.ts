import { describe, expect, it } from 'vitest';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const begin = (options: HostOptions = {}) => {
  const store = new StoreHost().open(options);
  return { store, fence: store.beginVisibilityFence() };
};

describe('VisibilityFence', () => {
  it('steps its machine, which an inspector sees', () => {
    const seen: string[] = [];
    const inspect = (event: { type: string; event?: { type: string } }): void => {
      if (event.type === '@xstate.event') seen.push(event.event?.type ?? '');
    };
    const { fence } = begin({ inspect: inspect as never });
    fence.commit();
    expect(seen.filter((type) => /^c(ommit|ancel)\./.test(type))).toEqual([
      'commit.requested',
      'commit.written',
    ]);
  });

  it('refuses a call from inside its own commit as nested', () => {
    const nested: unknown[] = [];
    const inspect = (event: { event?: { type: string } }): void => {
      if (event.event?.type !== 'commit.requested') return;
      nested.push(thrownBy(() => fence.submit('a', someKind, 1)));
    };
    const { fence } = begin({ inspect: inspect as never });
    fence.commit();
    expect(nested.length).toBeGreaterThan(0);
    for (const refused of nested) expect(refused).toMatchObject({ code: 'BATPAK_NESTED_WRITE' });
  });

  it('counts what it has staged against its limit, and no more after a refusal', () => {
    const { fence } = begin({ fence: { maxBytes: 1000 } });
    fence.submit('a', someKind, 1);
    const large = () => fence.submit('a', someKind, new Uint8Array(900));
    expect(thrownBy(large)).toMatchObject({ limit: 'fence.maxBytes', max: 1000 });
    fence.submit('a', someKind, 2);
    expect([fence.length, fence.commit().length]).toEqual([2, 2]);
  });

  it('leaves the items of an outbox there when they don’t fit', () => {
    const { fence } = begin({ fence: { maxBytes: 600 } });
    const outbox = fence.outbox();
    for (let n = 0; n < 3; n += 1) outbox.stage('a', someKind, n);
    expect(thrownBy(() => outbox.submitFlush())).toMatchObject({ limit: 'fence.maxBytes' });
    expect([outbox.length, fence.length]).toEqual([3, 0]);
  });
});
