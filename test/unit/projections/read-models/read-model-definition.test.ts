import { describe, expect, it } from 'vitest';
import { Region } from '../../../../src/model/region.ts';
import {
  checkReadModel,
  defineReadModel,
} from '../../../../src/projections/read-models/read-model-definition.ts';

const parts = {
  ...{ name: 'count', version: 1, region: Region.all(), initial: () => 0 },
  apply: (state: number) => state + 1,
};

describe('defineReadModel', () => {
  it('gives a frozen copy of what it was told, with its defaults', () => {
    const definition = defineReadModel(parts);
    expect(definition).toEqual({ ...parts, events: undefined, reads: 'events' });
    expect(Object.isFrozen(definition)).toBe(true);
    checkReadModel('definition', definition);
  });

  it('refuses what is none', () => {
    const { region: _, ...rest } = parts;
    for (const [told, field] of [
      [rest, 'region'],
      [{ ...parts, region: {} }, 'region'],
      [{ ...parts, incremental: true }, 'read model.incremental'],
    ] as const) {
      expect(() => defineReadModel(told as typeof parts)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field }),
      );
    }
    for (const value of [parts, { ...defineReadModel(parts) }, null, 5]) {
      expect(() => checkReadModel('previous', value)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'previous' }),
      );
    }
  });
});
