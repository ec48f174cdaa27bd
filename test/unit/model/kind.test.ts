import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentRangeError, ArgumentTypeError } from '../../../src/model/errors/argument-error.ts';
import { ReservedKindError } from '../../../src/model/errors/write-errors.ts';
import {
  allocatedCategory,
  categoryOf,
  checkKind,
  kindMax,
  kindOf,
  kindTypeMax,
  systemKinds,
} from '../../../src/model/kind.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const notWhole = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY];

describe('kindOf', () => {
  it('puts the category in the upper 4 bits and the type in the lower 12', () => {
    expect(kindOf(0x1, 0x000)).toBe(0x1000);
    expect(kindOf(0xf, 0xfff)).toBe(0xffff);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 15 }),
        fc.nat({ max: kindTypeMax }),
        (category, type) => {
          const kind = kindOf(category, type);
          expect(kind).toBe(category * 4096 + type);
          expect(categoryOf(kind)).toBe(category);
        },
      ),
      propertyRuns(300),
    );
  });

  it('refuses a category outside 0..15, by name', () => {
    for (const category of [...notWhole, 16]) {
      expect(() => kindOf(category, 0)).toThrow(
        expect.objectContaining({
          code: 'BATPAK_ARGUMENT_RANGE',
          field: 'category',
          value: category,
        }),
      );
    }
  });

  it('refuses a type outside 0..4095, by name', () => {
    for (const type of [...notWhole, 4096]) {
      expect(() => kindOf(1, type)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'type', value: type }),
      );
    }
  });
});

describe('categoryOf', () => {
  it('refuses what is no kind', () => {
    for (const kind of [...notWhole, 0x10000]) {
      expect(() => categoryOf(kind)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'kind', value: kind }),
      );
    }
  });
});

describe('checkKind', () => {
  it('takes every kind of the categories that are not the store its own', () => {
    for (let kind = 0; kind <= kindMax; kind += 1) {
      const reserved = kind >>> 12 === 0x0 || kind >>> 12 === 0xd;
      if (reserved) continue;
      checkKind(kind);
    }
    expect(() => checkKind(kindOf(allocatedCategory, 0))).not.toThrow();
  });

  it('refuses the categories of the store with the kind', () => {
    const kinds = [0x0000, 0x0fff, 0xd000, 0xdfff, ...Object.values(systemKinds)];
    for (const kind of kinds) {
      expect(() => checkKind(kind)).toThrow(ReservedKindError);
      expect(() => checkKind(kind)).toThrow(
        expect.objectContaining({ code: 'BATPAK_RESERVED_KIND', kind }),
      );
    }
  });

  it('refuses what is no number, and numbers that are no kind', () => {
    for (const value of [undefined, null, '4096', 4096n, {}]) {
      expect(() => checkKind(value)).toThrow(ArgumentTypeError);
    }
    for (const value of [...notWhole, 0x10000]) {
      expect(() => checkKind(value)).toThrow(ArgumentRangeError);
    }
  });
});

describe('systemKinds', () => {
  it('are all of category 0 and distinct: their numbers are on the disk', () => {
    expect(systemKinds).toEqual({
      batchBegin: 0x0006,
      batchCommit: 0x0007,
      clean: 0x0009,
      gap: 0x000a,
      denial: 0x000f,
      machineInit: 0x0100,
      timerFired: 0x0101,
      actorDone: 0x0102,
      actorFailed: 0x0103,
      externalDiscarded: 0x0104,
    });
    const kinds = Object.values(systemKinds);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
