import { describe, expect, it } from 'vitest';
import {
  checkEvent,
  checkOptions,
} from '../../../../src/aggregates/definition/definition-check.ts';
import { anyEvent, door } from '../../../support/aggregates.ts';
import { thrownBy } from '../../../support/store-host.ts';

describe('checkOptions', () => {
  it('takes the options of an aggregate, and names an unknown one', () => {
    expect(() => checkOptions(door.options)).not.toThrow();
    expect(thrownBy(() => checkOptions({ ...door.options, evnets: {} }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'options.evnets',
    });
  });
});

describe('checkEvent', () => {
  it('remembers names, and refuses the second of two events that are stored alike', () => {
    const seen = new Map<string, string>();
    checkEvent('door', 'events.one', 'one', anyEvent('same'), seen);
    const again = () => checkEvent('door', 'events.two', 'two', anyEvent('same'), seen);
    expect(thrownBy(again)).toMatchObject({
      code: 'BATPAK_UNSUPPORTED_MACHINE',
      problem: expect.stringContaining("'one' and 'two'"),
    });
  });
});
