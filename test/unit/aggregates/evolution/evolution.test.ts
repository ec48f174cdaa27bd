import { describe, expect, it } from 'vitest';
import { Evolution } from '../../../../src/aggregates/evolution/evolution.ts';
import { oldTickets, options2 } from '../../../support/evolving.ts';
import { someKind } from '../../../support/store-host.ts';

describe('an evolution', () => {
  const { store } = oldTickets();
  const evolution = new Evolution(options2);

  it('reads stored events as machine events of today', () => {
    const read = [0, 1, 2].map((sequence) => {
      const event = store.at(sequence);
      return event === undefined ? undefined : evolution.eventOf(event);
    });
    expect(read).toEqual([
      { type: 'nudged' },
      { type: 'assigned', to: 'team kim' },
      { type: 'resolved' },
    ]);
  });

  it('knows nothing of events without a name, or under another one', () => {
    const { sequence } = store.append('ticket:plain', someKind, {});
    const event = store.at(sequence);
    expect(event && evolution.eventOf(event)).toBeUndefined();
    expect(evolution.onRefused).toBe('throw');
    expect(evolution.sameValue('"open"', '"triage"')).toBe(true);
  });
});
