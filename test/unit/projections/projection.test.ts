import { describe, expect, it } from 'vitest';
import { defineEvent } from '../../../src/model/event-definition.ts';
import {
  checkFold,
  checkProjection,
  defineProjection,
} from '../../../src/projections/projection.ts';

const sum = { name: 'sum', version: 1, initial: () => 0, apply: (state: number) => state + 1 };
const Moved = defineEvent<{ x: number }>({ name: 'moved' });

describe('defineProjection', () => {
  it('gives a frozen copy of what it was told, with its defaults', () => {
    const projection = defineProjection(sum);
    expect(projection).toEqual({ ...sum, events: undefined, reads: 'events', incremental: true });
    expect(Object.isFrozen(projection)).toBe(true);
    const events = [Moved];
    const told = defineProjection({ ...sum, events, reads: 'entries', incremental: false });
    events.push(Moved);
    expect(told).toMatchObject({ events: [Moved], reads: 'entries', incremental: false });
    expect(Object.isFrozen(told.events)).toBe(true);
  });

  it('takes every version from 0 to 2^32 - 1', () => {
    for (const version of [0, 1, 0xffff_ffff]) {
      expect(defineProjection({ ...sum, version }).version).toBe(version);
    }
    expect(() => defineProjection({ ...sum, version: 2 ** 32 })).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'version' }),
    );
  });
});

describe('checkProjection', () => {
  it('takes what defineProjection has made, and no copy of it', () => {
    const projection = defineProjection(sum);
    checkProjection(projection);
    for (const value of [undefined, null, {}, sum, { ...projection }]) {
      expect(() => checkProjection(value)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'projection' }),
      );
    }
  });
});

describe('checkFold', () => {
  it('names the part that is missing or wrong', () => {
    const wrong: [unknown, string, string][] = [
      [undefined, 'TYPE', 'fold'],
      [{ ...sum, name: 1 }, 'TYPE', 'name'],
      [{ ...sum, name: '' }, 'RANGE', 'name'],
      [{ ...sum, name: '\ud800' }, 'RANGE', 'name'],
      [{ ...sum, version: '1' }, 'TYPE', 'version'],
      [{ ...sum, version: 1.5 }, 'RANGE', 'version'],
      [{ ...sum, initial: 0 }, 'TYPE', 'initial'],
      [{ ...sum, apply: undefined }, 'TYPE', 'apply'],
      [{ ...sum, reads: 'all' }, 'TYPE', 'reads'],
      [{ ...sum, events: Moved }, 'TYPE', 'events'],
      [{ ...sum, events: [{ name: 'moved' }] }, 'TYPE', 'events'],
      [{ ...sum, other: 1 }, 'TYPE', 'fold.other'],
    ];
    for (const [told, code, field] of wrong) {
      expect(() => checkFold('fold', told, ['more'])).toThrow(
        expect.objectContaining({ code: `BATPAK_ARGUMENT_${code}`, field }),
      );
    }
  });
});
