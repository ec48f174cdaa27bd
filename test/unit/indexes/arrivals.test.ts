import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../../src/indexes/arrivals.ts';

const turn = (): Promise<void> => Promise.resolve();

describe('Arrivals', () => {
  it('tells once, after the turn, of all that arrived in it', async () => {
    const arrivals = new Arrivals();
    let told = 0;
    arrivals.listen(() => {
      told += 1;
    });
    arrivals.announce();
    arrivals.announce();
    expect(told).toBe(0);
    await turn();
    expect(told).toBe(1);
    arrivals.announce();
    await turn();
    expect(told).toBe(2);
  });

  it('tells nobody who has stopped, even in the same telling', async () => {
    const arrivals = new Arrivals();
    const told: string[] = [];
    const stops = new Map<string, () => void>();
    stops.set(
      'first',
      arrivals.listen(() => {
        told.push('first');
        stops.get('second')?.();
      }),
    );
    stops.set(
      'second',
      arrivals.listen(() => void told.push('second')),
    );
    arrivals.announce();
    await turn();
    expect(told).toEqual(['first']);
    expect(arrivals.listening).toBe(1);
    stops.get('first')?.();
    expect(arrivals.listening).toBe(0);
  });

  it('lets one function listen twice and stop once', async () => {
    const arrivals = new Arrivals();
    let told = 0;
    const listener = (): void => {
      told += 1;
    };
    const stop = arrivals.listen(listener);
    arrivals.listen(listener);
    stop();
    stop();
    arrivals.announce();
    await turn();
    expect(told).toBe(1);
  });

  it('does not tell a listener of what arrived before it listened', async () => {
    const arrivals = new Arrivals();
    let told = 0;
    arrivals.announce();
    arrivals.listen(() => {
      told += 1;
    });
    await turn();
    expect(told).toBe(0);
  });
});
