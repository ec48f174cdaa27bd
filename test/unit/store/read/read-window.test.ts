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

  it('reads a record that is far from the last one alone', () => {
    const store = new StoreHost().open();
    appendSome(store, 200);
    const engine = engineOf(store);
    const window = new ReadWindow(engine);
    for (const sequence of [0, 100, 199, 50]) {
      expect(window.record(sequence).bytes).toBe(engine.reader.shared.bytes);
      expect(window.record(sequence).sequence).toBe(sequence);
    }
    expect(window.record(51).bytes).not.toBe(engine.reader.shared.bytes);
  });

  it('checks a window at once, and tells the place of damage in it and of nothing else', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 200);
    const damaged = 120;
    const engine = engineOf(store);
    const place = engine.index.columns.offset(damaged) + 40;
    const { path } = engine.segments.of(damaged);
    const handle = host.plan.open(path, 'write');
    handle.write(new Uint8Array([0xff, 0xee]), 0, 2, place);
    handle.close();
    const window = new ReadWindow(engine);
    for (let sequence = 0; sequence < 200; sequence += 1) {
      if (sequence === damaged) {
        expect(() => window.record(sequence)).toThrow(
          expect.objectContaining({
            code: 'BATPAK_CORRUPT_SEGMENT',
            path,
            offset: engine.index.columns.offset(damaged),
          }),
        );
      } else expect(window.record(sequence).sequence).toBe(sequence);
    }
  });
});
