import { describe, expect, it } from 'vitest';
import { exportCloudEventLines, exportCloudEvents } from '../../../src/exchange/export.ts';
import { Region } from '../../../src/model/region.ts';
import { appendSome, StoreHost, thrownBy } from '../../support/store-host.ts';

describe('exportCloudEvents', () => {
  it('reads one event at a time, and says the same in lines', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    const objects = [...exportCloudEvents(store, Region.all())];
    const lines = [...exportCloudEventLines(store, Region.all())];
    expect(lines).toEqual(objects.map((event) => `${JSON.stringify(event)}\n`));
  });

  it('checks what it is given before it is iterated', () => {
    const store = new StoreHost().open();
    for (const [options, field] of [
      [null, 'options'],
      [{ reverse: true }, 'options.reverse'],
      [{ source: 7 }, 'source'],
    ] as const) {
      const call = () => exportCloudEventLines(store, Region.all(), options as never);
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_ARGUMENT_TYPE', field });
    }
  });

  it('ends with an error when the store is closed meanwhile', () => {
    const store = new StoreHost().open();
    appendSome(store, 3);
    const lines = exportCloudEventLines(store, Region.all())[Symbol.iterator]();
    lines.next();
    store.close();
    expect(thrownBy(() => lines.next())).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
  });
});
