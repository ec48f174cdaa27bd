import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import { ArgumentRangeError, ArgumentTypeError } from '../../../src/model/errors/argument-error.ts';
import { ReservedKindError, SchemaRefusedError } from '../../../src/model/errors/write-errors.ts';
import {
  defineEvent,
  EventDefinition,
  type EventOptions,
} from '../../../src/model/event-definition.ts';
import { kindOf } from '../../../src/model/kind.ts';

/** A schema that answers as it is told. */
function schemaThat<Output>(
  validate: StandardSchemaV1<unknown, Output>['~standard']['validate'],
): StandardSchemaV1<unknown, Output> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

/** Defines with options that the compiler would refuse. */
function defineLoosely(options: unknown): unknown {
  return defineEvent(options as EventOptions<unknown>);
}

describe('defineEvent', () => {
  it('keeps name, kind, version and schema, frozen', () => {
    const schema = schemaThat((value) => ({ value }));
    const kind = kindOf(2, 7);
    const definition = defineEvent({ name: 'ticket.closed', kind, version: 3, schema });
    expect(definition).toBeInstanceOf(EventDefinition);
    expect(definition.name).toBe('ticket.closed');
    expect(definition.kind).toBe(kind);
    expect(definition.version).toBe(3);
    expect(definition.schema).toBe(schema);
    expect(Object.isFrozen(definition)).toBe(true);
  });

  it('is of version 1, without a kind and a schema, unless it is told otherwise', () => {
    const definition = defineEvent({ name: 'moved' });
    expect(definition.version).toBe(1);
    expect(definition.kind).toBeUndefined();
    expect(definition.schema).toBeUndefined();
  });

  it('takes names of 1 to 255 characters', () => {
    expect(defineEvent({ name: 'x' }).name).toBe('x');
    expect(defineEvent({ name: 'é'.repeat(255) }).name).toHaveLength(255);
    for (const name of ['', 'x'.repeat(256), 'half \ud83d']) {
      expect(() => defineEvent({ name })).toThrow(ArgumentRangeError);
      expect(() => defineEvent({ name })).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'name', value: name }),
      );
    }
  });

  it('takes versions 1 to 65 535: they have 16 bits on the disk', () => {
    expect(defineEvent({ name: 'moved', version: 65_535 }).version).toBe(65_535);
    for (const version of [0, -1, 65_536, 1.5, Number.NaN]) {
      expect(() => defineEvent({ name: 'moved', version })).toThrow(
        expect.objectContaining({
          code: 'BATPAK_ARGUMENT_RANGE',
          field: 'version',
          value: version,
        }),
      );
    }
  });

  it('refuses a kind that belongs to the store', () => {
    expect(() => defineEvent({ name: 'moved', kind: 0x0001 })).toThrow(ReservedKindError);
    expect(() => defineEvent({ name: 'moved', kind: 0xd000 })).toThrow(ReservedKindError);
    expect(() => defineEvent({ name: 'moved', kind: 0x10000 })).toThrow(ArgumentRangeError);
  });

  it('names the option that is of the wrong type', () => {
    const wrong: [unknown, string][] = [
      [undefined, 'options'],
      [null, 'options'],
      ['moved', 'options'],
      [{}, 'name'],
      [{ name: 7 }, 'name'],
      [{ name: 'moved', kind: 'moved' }, 'kind'],
      [{ name: 'moved', schema: {} }, 'schema'],
      [{ name: 'moved', schema: null }, 'schema'],
      [{ name: 'moved', schema: { '~standard': {} } }, 'schema'],
    ];
    for (const [options, field] of wrong) {
      expect(() => defineLoosely(options)).toThrow(ArgumentTypeError);
      expect(() => defineLoosely(options)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field }),
      );
    }
  });
});

describe('validate', () => {
  it('passes the payload on when there is no schema', () => {
    const payload = { x: 1 };
    expect(defineEvent<{ x: number }>({ name: 'moved' }).validate(payload)).toBe(payload);
  });

  it('gives what the schema makes of it', () => {
    const schema = schemaThat((value) => ({ value: Number(value) }));
    const definition = defineEvent<number, unknown>({ name: 'counted', schema });
    expect(definition.validate('12')).toBe(12);
  });

  it('tells what the schema said, with the path of each issue', () => {
    const schema = schemaThat<never>(() => ({
      issues: [
        { message: 'is required' },
        { message: 'is negative', path: ['lines', 2, { key: 'price' }] },
        { message: 'is odd', path: [Symbol('s')] },
      ],
    }));
    const definition = defineEvent<never, unknown>({ name: 'order.placed', schema });
    const call = (): unknown => definition.validate({});
    expect(call).toThrow(SchemaRefusedError);
    expect(call).toThrow(
      expect.objectContaining({
        code: 'BATPAK_SCHEMA_REFUSED',
        event: 'order.placed',
        issues: [
          { message: 'is required', path: '$' },
          { message: 'is negative', path: '$.lines.2.price' },
          { message: 'is odd', path: '$.Symbol(s)' },
        ],
      }),
    );
  });

  it('refuses a schema that does not answer at once', () => {
    const schema = schemaThat<number>(() => Promise.resolve({ value: 1 }));
    const definition = defineEvent<number, unknown>({ name: 'counted', schema });
    expect(() => definition.validate(1)).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: "schema of 'counted'" }),
    );
  });

  it('lets through what the schema itself throws', () => {
    const defect = new Error('the schema is broken');
    const schema = schemaThat<number>(() => {
      throw defect;
    });
    const definition = defineEvent<number, unknown>({ name: 'counted', schema });
    expect(() => definition.validate(1)).toThrow(defect);
  });
});
