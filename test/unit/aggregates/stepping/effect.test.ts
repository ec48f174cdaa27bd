import { describe, expect, it } from 'vitest';
import {
  decodeEffects,
  type Effect,
  effectsAt,
  encodeEffects,
} from '../../../../src/aggregates/stepping/effect.ts';

describe('effects', () => {
  it('have timers that are due so long after they are stored', () => {
    const event = { type: 'rang' };
    const other = { do: 'run', action: 'tell' } as const;
    const timer = { do: 'set', timer: 'soon', delayMs: 1.5, event } as const;
    expect(effectsAt([other, timer], 1_000_000)).toEqual([
      other,
      { do: 'set', timer: 'soon', dueAtUs: 1_001_500, event },
    ]);
  });

  it('come back from their bytes', () => {
    const effects: readonly Effect[] = [
      { do: 'run', action: 'tell', params: { to: 'kim', n: [1, null] } },
      { do: 'set', timer: 'a', dueAtUs: 1_735_689_600_000_000, event: { type: 'rang', n: 1 } },
      { do: 'set', dueAtUs: 7, event: { type: 'rang' } },
      { do: 'cancel', timer: 'a' },
      { do: 'start', actor: 'x', src: 'work', input: 'in' },
      { do: 'stop', actor: 'x' },
      { do: 'end' },
    ];
    const bytes = encodeEffects(effects);
    expect(decodeEffects(bytes, 0, bytes.length)).toEqual(effects);
  });
});
