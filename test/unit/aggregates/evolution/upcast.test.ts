import { describe, expect, it } from 'vitest';
import { checkUpcasts, upcast } from '../../../../src/aggregates/evolution/upcast.ts';
import { defineEvent } from '../../../../src/model/event-definition.ts';
import { thrownBy } from '../../../support/store-host.ts';

const at = { entity: 'thing:1', type: 'went' };
const chain = {
  1: ({ name }: { name?: unknown }) => ({ who: name }),
  3: ({ who }: { who?: unknown }) => ({ who: { name: who } }),
};

describe('upcast', () => {
  it('applies each step from the stored version on, and leaves out what is not there', () => {
    expect(upcast(chain, { name: 'kim' }, 1, 4, at)).toEqual({ who: { name: 'kim' } });
    expect(upcast(chain, { who: 'kim' }, 2, 4, at)).toEqual({ who: { name: 'kim' } });
    expect(upcast(chain, { who: 'kim' }, 2, 3, at)).toEqual({ who: 'kim' });
    expect(upcast(chain, { who: 'kim' }, 4, 4, at)).toEqual({ who: 'kim' });
  });

  it.each([
    ['throws', () => JSON.parse('{')],
    ['returns no object', () => 7],
    ['returns a list', () => []],
  ])('is a defect when a step %s', (_name, step) => {
    expect(thrownBy(() => upcast({ 1: step as never }, {}, 1, 2, at))).toMatchObject({
      code: 'BATPAK_MACHINE_DEFECT',
      entity: 'thing:1',
      eventType: 'went',
    });
  });
});

describe('checkUpcasts', () => {
  const event = defineEvent({ name: 'went', version: 4 });

  it('takes functions for the versions before the one of the event', () => {
    expect(() => checkUpcasts('upcasts.went', chain, event)).not.toThrow();
    expect(() => checkUpcasts('upcasts.went', {}, event)).not.toThrow();
  });

  it.each([[7], [{ 4: () => ({}) }], [{ 0: () => ({}) }], [{ one: () => ({}) }]])(
    'refuses %j',
    (wrong) => {
      expect(thrownBy(() => checkUpcasts('upcasts.went', wrong, event))).toMatchObject({
        field: 'upcasts.went',
      });
    },
  );

  it('refuses what is no function', () => {
    expect(thrownBy(() => checkUpcasts('upcasts.went', { 1: 'x' }, event))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'upcasts.went.1',
    });
  });
});
