import { describe, expect, it } from 'vitest';
import { PullIterator } from '../../../src/delivery/pull-iterator.ts';
import { ManualTimers } from '../../../src/platform/timers.ts';
import { StoreHost } from '../../support/store-host.ts';

/** Something to pull numbers from, and to add to. */
function pulled(items: number[] = []) {
  const wakes = new Set<() => void>();
  let returned = 0;
  let ended = false;
  const source = new StoreHost().open();
  const iterator = new PullIterator<number>(
    {
      source,
      timers: new ManualTimers(),
      get ended() {
        return ended;
      },
      pull: () => items.shift(),
      wait: (wake) => {
        wakes.add(wake);
        return () => wakes.delete(wake);
      },
    },
    () => {
      returned += 1;
    },
  );
  const wake = (): void => {
    for (const each of [...wakes]) each();
  };
  return {
    ...{ iterator, wakes, source },
    push: (item: number) => {
      items.push(item);
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
    returns: () => returned,
  };
}

describe('an iteration over what is pulled', () => {
  it('gives what is there, then waits, holding one listener', async () => {
    const { iterator, wakes, push } = pulled([1, 2]);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    expect((await iterator.next()).value).toBe(2);
    expect(wakes.size).toBe(0);
    const next = iterator.next();
    expect(wakes.size).toBe(1);
    push(3);
    expect((await next).value).toBe(3);
    expect(wakes.size).toBe(0);
  });

  it('ends when its source does, also while it waits', async () => {
    const { iterator, wakes, end } = pulled();
    const next = iterator.next();
    end();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(wakes.size).toBe(0);
  });

  it('ends once when it is returned, also while it waits', async () => {
    const { iterator, wakes, returns } = pulled([]);
    const next = iterator.next();
    await iterator.return();
    await iterator.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect([wakes.size, returns()]).toEqual([0, 1]);
  });

  it('ends with a store that was closed', async () => {
    const { iterator, source } = pulled([1]);
    source.close();
    expect((await iterator.next()).done).toBe(true);
  });

  it('is its own iterable', () => {
    const { iterator } = pulled();
    expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
  });
});
