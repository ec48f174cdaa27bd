import { StoreLockedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

describe('a second writer', () => {
  it('is refused, and told who holds the directory', () => {
    const host = new StoreHost();
    const store = host.open();
    const thrown = thrownBy(() => host.open());
    expect(thrown).toBeInstanceOf(StoreLockedError);
    expect(thrown).toMatchObject({
      code: 'BATPAK_STORE_LOCKED',
      retryable: true,
      path: '/store',
      holder: { pid: 1, hostname: 'memory' },
    });
    expect(store.append('order:1', someKind, 1).sequence).toBe(0);
  });

  it('gets the directory once the first has closed', () => {
    const host = new StoreHost();
    host.open().close();
    expect(host.open().eventCount).toBe(0);
  });

  it('leaves nothing behind when it is refused', () => {
    const host = new StoreHost();
    host.open();
    const before = host.content();
    thrownBy(() => host.open());
    expect(host.content()).toEqual(before);
  });

  it('gets the directory after an opening that failed', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('order:1', someKind, 1);
    store.close();
    host.flip('000001.fbat', 150);
    thrownBy(() => host.open());
    host.flip('000001.fbat', 150);
    expect(host.open().eventCount).toBe(1);
  });

  it('that takes the directory by force stops the first at its next sync', () => {
    const host = new StoreHost();
    const first = host.open();
    first.append('order:1', someKind, 'first', { durable: true });
    const second = host.open({ lock: 'force' });
    second.append('order:1', someKind, 'second', { durable: true });
    const thrown = thrownBy(() => {
      first.append('order:1', someKind, 'overtaken', { durable: true });
    });
    expect(thrown).toBeInstanceOf(StoreLockedError);
    thrownBy(() => first.append('order:1', someKind, 'overtaken', { durable: true }));
    second.close();
  });

  it('that takes the directory by force finds its lock in place when the first closes', () => {
    const host = new StoreHost();
    const first = host.open();
    const second = host.open({ lock: 'force' });
    first.close();
    expect(thrownBy(() => host.open())).toMatchObject({ holder: { pid: 2 } });
    second.close();
    expect(host.files.list('/store')).toEqual([]);
  });
});
