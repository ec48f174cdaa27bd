import { describe, expect, it } from 'vitest';
import { exportCloudEvents } from '../../../src/exchange/export.ts';
import { importCloudEvents } from '../../../src/exchange/import.ts';
import { Region } from '../../../src/model/region.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { appendSome, StoreHost, thrownBy } from '../../support/store-host.ts';

describe('importCloudEvents', () => {
  it('writes nothing, and syncs nothing, for no events', () => {
    const host = new StoreHost();
    const store = host.open();
    const before = host.plan.count('sync');
    expect(importCloudEvents(store, ['', ' \n'])).toEqual({
      read: 0,
      imported: 0,
      known: 0,
      ignoredAttributes: [],
    });
    expect(host.plan.count('sync')).toBe(before);
  });

  it('tells what was written before the disk failed, and finds it there the next time', () => {
    const from = new StoreHost().open();
    appendSome(from, 6);
    const events = [...exportCloudEvents(from, Region.all())];
    const host = new StoreHost(new MemoryFiles(), 10);
    const to = host.open({ writer: { restartPolicy: { type: 'once' } } });
    importCloudEvents(to, events.slice(0, 2));
    host.plan.fail({ operation: 'write', nth: 3, code: 'ENOSPC' });
    const failure = thrownBy(() => importCloudEvents(to, events, { batchEvents: 2 }));
    expect(failure).toMatchObject({ code: 'BATPAK_IMPORT_FAILED', imported: 2, known: 2 });
    expect(importCloudEvents(to, events)).toMatchObject({ imported: 2, known: 4 });
  });

  it('names at most 64 attributes that it ignores', () => {
    const event = { specversion: '1.0', id: 'a', source: '/s', type: 't', subject: 'e' };
    const many = Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`x${i}`, i]));
    const store = new StoreHost().open();
    expect(importCloudEvents(store, [{ ...event, ...many }]).ignoredAttributes).toHaveLength(64);
  });

  it('ends with the store', () => {
    const store = new StoreHost().open();
    store.close();
    const event = { specversion: '1.0', id: 'a', source: '/s', type: 't', subject: 'e' };
    expect(thrownBy(() => importCloudEvents(store, [event]))).toMatchObject({
      code: 'BATPAK_IMPORT_FAILED',
      line: 1,
      cause: { code: 'BATPAK_STORE_CLOSED' },
    });
  });
});
