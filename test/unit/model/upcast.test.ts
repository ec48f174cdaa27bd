import { describe, expect, it } from 'vitest';
import { defineEvent } from '../../../src/model/event-definition.ts';
import { isCurrent, upcastPayload } from '../../../src/model/upcast.ts';
import { thrownBy } from '../../support/store-host.ts';

const Went = defineEvent<{ who: { name: string } }>({
  name: 'went',
  version: 3,
  upcasts: {
    1: ({ name }: { name: string }) => ({ who: name }),
    2: ({ who }: { who: string }) => ({ who: { name: who } }),
  },
});
const stored = (payload: unknown, payloadVersion: number) => ({
  payload,
  payloadVersion,
  sequence: 9,
});

describe('upcastPayload', () => {
  it('applies each upcast from the stored version on', () => {
    expect(upcastPayload(Went, stored({ name: 'kim' }, 1))).toEqual({ who: { name: 'kim' } });
    expect(upcastPayload(Went, stored({ who: 'kim' }, 2))).toEqual({ who: { name: 'kim' } });
  });

  it('leaves a payload of the version of today, or of none, as it is', () => {
    for (const version of [0, 3]) {
      expect(isCurrent(Went, version)).toBe(true);
      expect(upcastPayload(Went, stored('any', version))).toBe('any');
    }
    expect(isCurrent(Went, 1)).toBe(false);
  });

  it('refuses a payload of a later version', () => {
    expect(thrownBy(() => upcastPayload(Went, stored({}, 4)))).toMatchObject({
      code: 'BATPAK_FUTURE_EVENT_VERSION',
      stored: 4,
      known: 3,
      sequence: 9,
    });
  });

  it('tells the version from which there is no way on', () => {
    const Gone = defineEvent({ name: 'gone', version: 3, upcasts: { 1: (payload) => payload } });
    expect(thrownBy(() => upcastPayload(Gone, stored({}, 1)))).toMatchObject({
      code: 'BATPAK_UPCAST_FAILED',
      event: 'gone',
      fromVersion: 2,
      sequence: 9,
    });
    const cause = new RangeError('not today');
    const throws = () => {
      throw cause;
    };
    const Torn = defineEvent({ name: 'torn', version: 2, upcasts: { 1: throws } });
    expect(thrownBy(() => upcastPayload(Torn, stored({}, 1)))).toMatchObject({
      code: 'BATPAK_UPCAST_FAILED',
      fromVersion: 1,
      cause,
    });
  });
});
