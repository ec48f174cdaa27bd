import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ArgumentRangeError, ArgumentTypeError } from './errors/argument-error.ts';
import { SchemaRefusedError } from './errors/write-errors.ts';
import { checkKind } from './kind.ts';

/** Longest name of an event, in UTF-16 units. */
export const eventNameMax = 255;

/** What {@link defineEvent} takes. */
export interface EventOptions<Payload, Input = Payload> {
  /** Name by which the store remembers the kind: 1 to 255 characters, such as `ticket.closed`. */
  readonly name: string;
  /** A kind of your own, see `kindOf`. @default the lowest free one, kept by the store */
  readonly kind?: number;
  /** Version of the payload's shape, 1..65535, stored with each event. @default 1 */
  readonly version?: number;
  /** Checks payloads when they are appended; what it returns is stored. It must answer at once. */
  readonly schema?: StandardSchemaV1<Input, Payload>;
  /**
   * How payloads of earlier versions become later ones, by version: `upcasts[1]` takes a payload of
   * version 1 and returns one of version 2. Applied when events are read as this definition's, from
   * the version they were stored in up to `version`; never written back. Pure. An event of a
   * version that none is given for can't be read as this definition's. @default none
   */
  readonly upcasts?: Readonly<Record<number, (payload: never) => unknown>>;
}

/** Brings a payload from one version to the next. */
export type Upcast = (payload: unknown) => unknown;

/**
 * A kind of event with a name and a type for its payload. `Input` is what `append` takes, `Payload`
 * what is stored and read; they differ when the schema changes values.
 */
export class EventDefinition<Payload = unknown, Input = Payload> {
  readonly name: string;
  /** The kind that was asked for, if one was; the one in use is remembered by each store. */
  readonly kind: number | undefined;
  readonly version: number;
  readonly schema: StandardSchemaV1<Input, Payload> | undefined;
  /** By the version they take. */
  readonly upcasts: ReadonlyMap<number, Upcast>;

  /** @internal */
  constructor(options: EventOptions<Payload, Input>) {
    this.name = options.name;
    this.kind = options.kind;
    this.version = options.version ?? 1;
    this.schema = options.schema;
    this.upcasts = upcastsOf(options);
    Object.freeze(this);
  }

  /**
   * The payload to store for this input: what the schema makes of it, or the input itself.
   *
   * @throws {SchemaRefusedError} when the schema refuses it
   * @throws {ArgumentTypeError} when the schema is asynchronous
   */
  validate(input: Input): Payload {
    const schema = this.schema;
    // Without a schema the two types are one: the constructor's defaults and overloads say so.
    if (schema === undefined) return input as unknown as Payload;
    const result = schema['~standard'].validate(input);
    if ('then' in result) {
      throw new ArgumentTypeError(`schema of '${this.name}'`, schema, 'one that answers at once');
    }
    if (result.issues !== undefined) {
      throw new SchemaRefusedError(this.name, result.issues.map(describeIssue));
    }
    return result.value;
  }
}

/** Any event definition, whatever its payload: what code takes that only passes it on. */
export interface AnyEventDefinition {
  readonly name: string;
  readonly kind: number | undefined;
  readonly version: number;
  /** The payload to store for an input. */
  validate(input: never): unknown;
}

/** Type of the payload that events of a definition are stored with. */
export type PayloadOf<Definition> =
  Definition extends EventDefinition<infer Payload, infer _Input> ? Payload : never;

/** Type of what `append` takes for a definition. */
export type InputOf<Definition> =
  Definition extends EventDefinition<infer _Payload, infer Input> ? Input : never;

/**
 * Defines a kind of event.
 *
 * ```ts
 * const Moved = defineEvent<{ x: number; y: number }>({ name: 'moved' });
 * store.append('player:alice', Moved, { x: 10, y: 20 });
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} when an option is wrong
 * @throws {ReservedKindError} when the kind belongs to the store
 */
export function defineEvent<Payload = object, Input = Payload>(
  options: EventOptions<Payload, Input>,
  // What a definition is for says nothing of its payload: only its options and type arguments do.
): EventDefinition<NoInfer<Payload>, NoInfer<Input>> {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object with a name');
  }
  const { name, kind, version, schema } = options;
  if (typeof name !== 'string') throw new ArgumentTypeError('name', name, 'a string');
  if (name.length === 0 || name.length > eventNameMax || !name.isWellFormed()) {
    throw new ArgumentRangeError('name', name, `well-formed text of 1..${eventNameMax} characters`);
  }
  if (kind !== undefined) checkKind(kind);
  if (version !== undefined && !(Number.isInteger(version) && version >= 1 && version <= 0xffff)) {
    throw new ArgumentRangeError('version', version, 'an integer 1..65535');
  }
  if (schema !== undefined && typeof schema?.['~standard']?.validate !== 'function') {
    throw new ArgumentTypeError('schema', schema, 'a Standard Schema (version 1)');
  }
  return new EventDefinition(options);
}

function upcastsOf<Payload, Input>(options: EventOptions<Payload, Input>): Map<number, Upcast> {
  const { upcasts = {}, version = 1 } = options;
  if (typeof upcasts !== 'object' || upcasts === null) {
    throw new ArgumentTypeError('upcasts', upcasts, 'an object of functions by version');
  }
  const byVersion = new Map<number, Upcast>();
  for (const [key, upcast] of Object.entries(upcasts)) {
    const from = Number(key);
    if (!Number.isInteger(from) || from < 1 || from >= version) {
      throw new ArgumentRangeError('upcasts', key, `versions 1..${version - 1}, before this one`);
    }
    if (typeof upcast !== 'function') {
      throw new ArgumentTypeError(`upcasts[${key}]`, upcast, 'a function');
    }
    // What an upcast takes is what its version was stored as: only its author knows that type.
    byVersion.set(from, upcast as Upcast);
  }
  return byVersion;
}

function describeIssue(issue: StandardSchemaV1.Issue): { message: string; path: string } {
  const path = (issue.path ?? []).map((part) =>
    String(typeof part === 'object' && part !== null ? part.key : part),
  );
  return { message: issue.message, path: ['$', ...path].join('.') };
}
