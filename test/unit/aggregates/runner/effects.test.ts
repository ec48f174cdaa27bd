import { effects, openReadOnly, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { payment } from '../../../support/effects.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('effects', () => {
  it('are those of a repository that takes commands', () => {
    expect(thrownBy(() => effects({} as never))).toMatchObject({ field: 'repository' });
    expect(typeof openReadOnly).toBe('function');
  });

  it.each([
    [undefined, 'start'],
    [{}, 'from'],
    [{ from: 7 }, 'from'],
    [{ from: 'now', until: 1 }, 'start.until'],
  ])('start from the beginning or from now, not from %j', (start, field) => {
    const payments = repository(new StoreHost().open(), payment);
    expect(thrownBy(() => effects(payments).start(start as never))).toMatchObject({ field });
  });

  it('are run by one runner of a store at a time', async () => {
    const store = new StoreHost().open();
    const runner = effects(repository(store, payment)).start({ from: 'now' });
    const other = effects(repository(store, payment));
    expect(thrownBy(() => other.start({ from: 'now' }))).toMatchObject({
      code: 'BATPAK_EFFECTS_RUNNING',
      aggregate: 'payment',
    });
    await runner.stop();
    await other.start({ from: 'now' }).stop();
    expect(store.cursors().map(({ name }) => name)).toEqual([]);
  });
});
