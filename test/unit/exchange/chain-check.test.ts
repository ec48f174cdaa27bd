import { describe, expect, it } from 'vitest';
import { ChainCheck } from '../../../src/exchange/chain-check.ts';
import { readCloudEvent } from '../../../src/exchange/incoming-event.ts';
import { thrownBy } from '../../support/store-host.ts';

const hashOf = (clock: number): string => String(clock % 10).repeat(64);
const eventAt = (clock: number, more: object = {}) =>
  readCloudEvent(
    {
      ...{ specversion: '1.0', id: `${clock}`, source: '/s', type: 't', subject: 'e' },
      ...{ clock: String(clock), hash: hashOf(clock + 1), prevhash: hashOf(clock), ...more },
    },
    clock + 1,
    () => undefined,
  );

describe('ChainCheck', () => {
  it('follows each lane of each entity of each source by itself', () => {
    const check = new ChainCheck();
    for (const more of [{}, { lane: '1' }, { subject: 'f' }, { source: '/t' }]) {
      for (const clock of [0, 1, 2]) check.follow(eventAt(clock, more));
    }
    expect(thrownBy(() => check.follow(eventAt(4)))).toMatchObject({ field: 'clock', line: 5 });
    expect(thrownBy(() => check.follow(eventAt(3, { prevhash: hashOf(7) })))).toMatchObject({
      code: 'BATPAK_INVALID_CLOUD_EVENT',
      field: 'prevhash',
      value: hashOf(7),
      expected: `${hashOf(3)}, the hash before it`,
    });
  });

  it('asks the first event of all for a hash of zeros, and one in the middle for nothing', () => {
    expect(
      thrownBy(() => new ChainCheck().follow(eventAt(0, { prevhash: hashOf(3) }))),
    ).toMatchObject({ field: 'prevhash' });
    new ChainCheck().follow(eventAt(6));
  });
});
