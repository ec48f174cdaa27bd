import { describe, expect, it } from 'vitest';
import { ReadWindow } from '../../../../src/store/read/read-window.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost } from '../../../support/store-host.ts';

describe('ReadWindow', () => {
  it('reads records that follow each other with few calls', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 200);
    const window = new ReadWindow(engineOf(store));
    const before = host.plan.count('read');
    for (let sequence = 0; sequence < 200; sequence += 1) {
      expect(window.record(sequence).sequence).toBe(sequence);
    }
    expect(host.plan.count('read') - before).toBeLessThan(10);
  });
});
