import { effects, exportCloudEvents, importCloudEvents, Region, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { payment } from '../support/effects.ts';
import { StoreHost } from '../support/store-host.ts';

describe('an import', () => {
  it('waits for what the exported aggregates wait for, under other event ids', async () => {
    const host = new StoreHost();
    const store = host.open();
    const payments = repository(store, payment);
    const charge = ({ id }: { readonly id: string }) =>
      id === 'hangs' ? new Promise<never>(() => undefined) : Promise.resolve({ receipt: 'r' });
    const runner = effects(payments, { actors: { charge } }).start({ from: 'beginning' });
    payments.send('done', { type: 'ordered', cents: 1 });
    payments.send('hangs', { type: 'ordered', cents: 2 });
    await runner.idle({ actors: false });
    payments.send('late', { type: 'ordered', cents: 3 });
    await runner.stop();
    const other = new StoreHost(undefined, 7);
    const copy = other.open();
    importCloudEvents(copy, exportCloudEvents(store, Region.all()));
    const copies = repository(copy, payment);
    for (const id of ['done', 'hangs', 'late']) {
      const [one, two] = [payments.load(id), copies.load(id)];
      expect(two?.value).toEqual(one?.value);
      const idsOf = (state: typeof one) => [
        state?.pending.timers.map((timer) => timer.id),
        state?.pending.actors.map((actor) => actor.id),
      ];
      expect(idsOf(two)).toEqual(idsOf(one));
    }
    const again: string[] = [];
    await using second = effects(copies, {
      actors: {
        charge: ({ id }) => {
          again.push(id);
          return { receipt: 'again' };
        },
      },
      actions: { notify: () => undefined },
    }).start({ from: 'beginning' });
    await second.idle();
    expect(again.sort()).toEqual(['hangs', 'late']);
    expect(copies.load('late')?.value).toBe('paid');
  });
});
