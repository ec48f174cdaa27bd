import { effects, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { payment } from '../../../support/effects.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('a runner of effects', () => {
  it('reads, rests and stops', async () => {
    const store = new StoreHost().open();
    const runner = effects(repository(store, payment)).start({ from: 'beginning' });
    expect([runner.state, runner.parked, runner.failures]).toEqual(['reading', [], []]);
    for (const call of ['retryParked', 'dropParked'] as const) {
      expect(thrownBy(() => runner[call](7))).toMatchObject({ field: 'sequence', value: 7 });
    }
    await runner.idle();
    expect([runner.state, runner.waitingTimers, runner.runningActors]).toEqual(['resting', 0, 0]);
    const end = runner.stop();
    expect([runner.state, await end, runner.state]).toEqual([
      'stopping',
      { state: 'stopped' },
      'stopped',
    ]);
    expect(await runner.stop()).toEqual({ state: 'stopped' });
    await runner.idle();
  });

  it('stops before it has begun, when its signal has aborted', async () => {
    const store = new StoreHost().open();
    const signal = AbortSignal.abort();
    const runner = effects(repository(store, payment), { signal }).start({ from: 'beginning' });
    expect(await runner.ended).toEqual({ state: 'stopped' });
  });
});
