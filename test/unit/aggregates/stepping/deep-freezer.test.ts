import { describe, expect, it } from 'vitest';
import { DeepFreezer } from '../../../../src/aggregates/stepping/deep-freezer.ts';

describe('a deep freezer', () => {
  it('freezes arrays and plain objects at every depth, also below what was frozen outside', () => {
    const inner = { list: [{ n: 1 }] };
    const value = Object.freeze({ inner, none: null, bare: Object.create(null) as object });
    new DeepFreezer().freeze(value);
    for (const part of [inner, inner.list, inner.list[0], value.bare]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('leaves anything else as it is, and comes to an end with what holds itself', () => {
    const [map, date, bytes] = [new Map(), new Date(0), new Uint8Array(2)];
    const value: Record<string, unknown> = { map, date, bytes };
    value.self = value;
    new DeepFreezer().freeze(value);
    expect([map, date, bytes].map(Object.isFrozen)).toEqual([false, false, false]);
    expect(Object.isFrozen(value)).toBe(true);
  });

  it('does not walk a second time what it has frozen', () => {
    const freezer = new DeepFreezer();
    let looks = 0;
    const part = {
      get watched() {
        looks += 1;
        return 1;
      },
    };
    freezer.freeze({ part });
    freezer.freeze({ part, more: [part] });
    expect(looks).toBe(1);
  });
});
