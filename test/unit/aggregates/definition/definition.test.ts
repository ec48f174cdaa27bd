import { describe, expect, it } from 'vitest';
import { createMachine, setup } from 'xstate';
import {
  AggregateDefinition,
  defineAggregate,
} from '../../../../src/aggregates/definition/definition.ts';
import { UnsupportedMachineError } from '../../../../src/model/errors/aggregate-errors.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
} from '../../../../src/model/errors/argument-error.ts';
import { anyEvent, door, doorEmits, doorEvents, doorMachine } from '../../../support/aggregates.ts';
import { thrownBy } from '../../../support/store-host.ts';

const machine = setup({ types: {} as { events: { type: 'go' } } }).createMachine({
  on: { go: { target: '.there' } },
  initial: 'there',
  states: { there: {} },
});
const options = { name: 'thing', version: 1, machine, events: { go: anyEvent('gone') } };

/** Defines with options that the compiler would refuse. */
function defineLoosely(changes: unknown): AggregateDefinition {
  return defineAggregate({ ...options, ...(changes as object) }) as unknown as AggregateDefinition;
}

describe('defineAggregate', () => {
  it('keeps what it was given, frozen', () => {
    expect(door).toBeInstanceOf(AggregateDefinition);
    expect(door.name).toBe('door');
    expect(door.version).toBe(1);
    expect(door.machine).toBe(doorMachine);
    expect(door.givesInput).toBe(false);
    expect(Object.isFrozen(door.options)).toBe(true);
    expect(defineLoosely({ input: () => 1 }).givesInput).toBe(true);
  });

  it('knows the machine event of a stored one, and not of an emitted one', () => {
    expect([...door.eventTypes]).toContainEqual(['door.opened', 'opened']);
    expect(door.eventTypes.has('door.sounded')).toBe(false);
    expect(door.eventOf('opened')).toBe(doorEvents.opened);
    expect(door.emittedOf('sounded')).toBe(doorEmits.sounded);
    for (const type of ['sounded', 'toString', '__proto__', '']) {
      expect(door.eventOf(type)).toBeUndefined();
    }
    for (const type of ['opened', 'toString', '__proto__', '']) {
      expect(door.emittedOf(type)).toBeUndefined();
    }
    expect(defineLoosely({}).emittedOf('go')).toBeUndefined();
  });

  it('gives the entity and the scope of an id', () => {
    expect(door.entityOf('a:b')).toBe('door:a:b');
    expect(door.scopeOf('a')).toBe('house');
    expect(defineLoosely({}).scopeOf('a')).toBe('default');
    expect(defineLoosely({ scope: (id: string) => `of-${id}` }).scopeOf('a')).toBe('of-a');
  });

  it('takes names of 1 to 255 characters without a colon, and versions of 16 bits', () => {
    expect(defineLoosely({ name: 'x'.repeat(255), version: 65_535 }).version).toBe(65_535);
    for (const name of ['', 'x'.repeat(256), 'a:b']) {
      expect(thrownBy(() => defineLoosely({ name }))).toMatchObject({
        code: 'BATPAK_ARGUMENT_RANGE',
        field: 'name',
        value: name,
      });
    }
    expect(thrownBy(() => defineLoosely({ name: 'a\nb' }))).toMatchObject({
      code: 'BATPAK_INVALID_COORDINATE',
    });
    for (const version of [0, -1, 65_536, 1.5, Number.NaN]) {
      const thrown = thrownBy(() => defineLoosely({ version }));
      expect(thrown).toBeInstanceOf(ArgumentRangeError);
      expect(thrown).toMatchObject({ field: 'version', value: version });
    }
  });

  it.each([
    ['name', { name: 7 }],
    ['version', { version: '1' }],
    ['machine', { machine: {} }],
    ['machine', { machine: undefined }],
    ['events', { events: undefined }],
    ['events', { events: null }],
    ['events.go', { events: { go: {} } }],
    ['events.go', { events: { go: 0x1001 } }],
    ['emits', { emits: 7 }],
    ['emits.told', { emits: { told: {} } }],
    ['scope', { scope: 7 }],
    ['input', { input: { n: 1 } }],
    ['admit', { admit: true }],
  ])('names the option %s when it is of the wrong type', (field, changes) => {
    const thrown = thrownBy(() => defineLoosely(changes));
    expect(thrown).toBeInstanceOf(ArgumentTypeError);
    expect(thrown).toMatchObject({ field });
  });

  it('takes nothing but an object of options', () => {
    for (const given of [undefined, null, 7, 'thing']) {
      expect(thrownBy(() => defineAggregate(given as never))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
        field: 'options',
        value: given,
      });
    }
  });

  it('refuses an option that it does not know', () => {
    expect(thrownBy(() => defineLoosely({ emit: {} }))).toMatchObject({ field: 'options.emit' });
  });

  it.each(['xstate.init', 'xstate.done.state.a', 'xstate.error.actor.x', '*', ''])(
    "refuses events of the type '%s'",
    (type) => {
      const thrown = thrownBy(() => defineLoosely({ events: { [type]: anyEvent('x') } }));
      expect(thrown).toBeInstanceOf(ArgumentRangeError);
      expect(thrown).toMatchObject({ field: `events.${type}`, value: type });
    },
  );

  it('refuses two events that are stored under one name', () => {
    const twice = [
      { events: { go: anyEvent('same'), stay: anyEvent('same') } },
      { events: { go: anyEvent('same') }, emits: { told: anyEvent('same') } },
    ];
    for (const changes of twice) {
      const thrown = thrownBy(() => defineLoosely(changes));
      expect(thrown).toBeInstanceOf(UnsupportedMachineError);
      expect(thrown).toMatchObject({ aggregate: 'thing', place: 'its events' });
    }
  });

  it('refuses a scope that can not be one', () => {
    expect(thrownBy(() => defineLoosely({ scope: '' }))).toMatchObject({
      code: 'BATPAK_INVALID_COORDINATE',
      part: 'scope',
    });
  });

  it('refuses a machine that can not be an aggregate', () => {
    const effects = createMachine({ id: 'm', entry: () => undefined });
    expect(thrownBy(() => defineLoosely({ machine: effects }))).toMatchObject({
      code: 'BATPAK_UNSUPPORTED_MACHINE',
      aggregate: 'thing',
      place: "state 'm'",
    });
  });
});

describe('entityOf', () => {
  it('refuses what can not be an id', () => {
    for (const id of ['', 7, undefined]) {
      expect(thrownBy(() => door.entityOf(id as string))).toBeInstanceOf(ArgumentTypeError);
    }
    expect(thrownBy(() => door.entityOf('x'.repeat(1020)))).toMatchObject({ problem: 'too long' });
  });
});
