import { describe, expect, it } from 'vitest';
import { Proposal, payloadOf } from '../../../src/gates/proposal.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('Proposal', () => {
  it('keeps a frozen copy of what is proposed', () => {
    const given = { cents: 1 };
    const proposal = Proposal.of(given);
    given.cents = 2;
    expect(proposal.payload).toEqual({ cents: 1 });
    expect(Object.isFrozen(proposal.payload)).toBe(true);
    expect(payloadOf(proposal).value).toBe(proposal.payload);
  });

  it('refuses what can not be stored', () => {
    expect(thrownBy(() => Proposal.of(undefined))).toMatchObject({
      code: 'BATPAK_INVALID_PAYLOAD',
      path: '$',
    });
  });
});
