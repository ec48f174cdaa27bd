import { encodeExtensions } from '../../codec/extensions.ts';
import { digest16 } from '../../codec/hash-chain.ts';
import { encodePayload } from '../../codec/payload.ts';
import { type At, Coordinate, checkCoordinatePart, defaultScope } from '../../model/coordinate.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import {
  type Expectation,
  IdempotencyRequiredError,
  LimitExceededError,
} from '../../model/errors/write-errors.ts';
import { type AnyEventDefinition, EventDefinition } from '../../model/event-definition.ts';
import { writeId } from '../../model/event-id.ts';
import { checkKind } from '../../model/kind.ts';
import { laneMax } from '../../model/region.ts';
import type { Engine } from '../engine.ts';

/** Longest idempotency key, in UTF-16 units. */
export const idempotencyKeyMax = 1024;

/** Name of the extension in which aggregates keep their stamp. */
export const stampExtension = 'm';

/** Name of the extension in which the gates that a write went through are kept. */
export const decisionExtension = 'g';

/** What an append may be given besides its event. */
export interface AppendOptions {
  /**
   * What must be true of the entity: `none` it has no event, `exists` it has one, a number: its
   * last event has this clock. @default 'any'
   */
  readonly expected?: Expectation;
  /**
   * Names this write, 1 to 1 024 characters. A second write with the same key, entity, lane, kind
   * and payload stores nothing and gives back the first one's receipt, after a reopen too, for as
   * long as the store's `idempotency` options keep the key.
   */
  readonly idempotencyKey?: string;
  /** Event that began it. @default that of the batch item which caused it, else the event itself */
  readonly correlationId?: string;
  /** Event that this one reacts to. */
  readonly causationId?: string;
  /** 8 bits stored with the event, without a meaning to the store, 0 to 255. @default 0 */
  readonly flags?: number;
  /**
   * Branch of the entity that the event belongs to, 0 to 2^32 - 1: for drafts and what-ifs beside
   * the main one. Each lane has its own clock and hash chain, and `expected` is judged in it.
   * @default 0
   */
  readonly lane?: number;
  /** Named bytes stored with the event, under the hash. The names `m` and `g` are taken. */
  readonly extensions?: Readonly<Record<string, Uint8Array>>;
  /**
   * `true`: synced before the call returns. Single appends otherwise follow the cadence of
   * `sync`; a batch is synced unless this is `false`.
   */
  readonly durable?: boolean;
}

/** An event to append, checked and encoded: everything that can be refused was. */
export interface AppendRequest {
  readonly entity: string;
  readonly lane: number;
  readonly scope: string;
  readonly entityId: number;
  readonly scopeId: number;
  readonly kind: number;
  /** Name of the event's definition, which the request holds in the table of kinds. */
  readonly name: string | undefined;
  readonly payload: Uint8Array;
  readonly payloadVersion: number;
  readonly expected: Expectation;
  readonly idempotencyKey: string | undefined;
  readonly keyDigest: Uint8Array | undefined;
  readonly correlationId: Uint8Array | undefined;
  readonly causationId: Uint8Array | undefined;
  readonly flags: number;
  readonly extensions: Uint8Array | undefined;
}

/** What only layers above may ask for: kinds of the system, the stamp, and the gates' decision. */
export interface PrivilegedOptions extends AppendOptions {
  readonly stamp?: Uint8Array;
  readonly decision?: Uint8Array | undefined;
}

const noOptions: PrivilegedOptions = Object.freeze({});
const knownOptions: readonly string[] = [
  'expected',
  'idempotencyKey',
  'correlationId',
  'causationId',
  'flags',
  'lane',
  'extensions',
  'durable',
];

/**
 * Checks and encodes an event. `decision` is that of the gates it went through.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} {@link InvalidCoordinateError}
 * {@link ReservedKindError} {@link KindConflictError} {@link SchemaRefusedError}
 * {@link InvalidPayloadError} {@link LimitExceededError}
 */
export function prepareAppend(
  engine: Engine,
  at: At,
  kind: number | AnyEventDefinition,
  payload: unknown,
  options: AppendOptions | undefined,
  decision?: Uint8Array,
): AppendRequest {
  if (options !== undefined) checkOptions(options);
  checkKindOrDefinition(kind);
  if (typeof kind === 'number') checkKind(kind);
  const stored = typeof kind === 'number' ? payload : kind.validate(payload as never);
  const given = decision === undefined ? (options ?? noOptions) : { ...options, decision };
  return preparePrivileged(engine, at, kind, stored, given);
}

/**
 * As {@link prepareAppend}, for what callers outside can't give: a kind of the system, a stamp, and
 * a payload that its definition has validated already.
 */
export function preparePrivileged(
  engine: Engine,
  at: At,
  kind: number | AnyEventDefinition,
  payload: unknown,
  options: PrivilegedOptions,
): AppendRequest {
  const { entity, scope } = partsOf(at);
  const { index } = engine;
  const lane = options.lane ?? 0;
  // A text that is in the index was checked when it came in.
  const entityId = index.entities.find(entity, lane);
  if (entityId === undefined) checkCoordinatePart('entity', entity);
  const scopeId = index.scopes.find(scope);
  if (scopeId === undefined) checkCoordinatePart('scope', scope);
  const { idempotencyKey, correlationId, causationId } = options;
  const encoded = encodePayload(payload);
  const extensions = extensionsOf(options);
  const bytes = encoded.length + (extensions?.length ?? 0);
  if (bytes > engine.options.singleAppendMaxBytes) {
    throw new LimitExceededError(
      'singleAppendMaxBytes',
      engine.options.singleAppendMaxBytes,
      bytes,
    );
  }
  // So that no name of the same batch is given this kind.
  if (typeof kind === 'number') engine.kinds.markUsed(kind);
  const correlationBytes = idOf('correlationId', correlationId);
  const causationBytes = idOf('causationId', causationId);
  return {
    entity,
    lane,
    scope,
    entityId: entityId ?? index.entities.intern(entity, lane),
    scopeId: scopeId ?? index.scopes.intern(scope),
    // Last of all that can be refused: who is refused holds no name.
    kind: typeof kind === 'number' ? kind : engine.kinds.resolve(kind),
    name: typeof kind === 'number' ? undefined : kind.name,
    payload: encoded,
    payloadVersion: typeof kind === 'number' ? 0 : kind.version,
    expected: options.expected ?? 'any',
    idempotencyKey,
    keyDigest: idempotencyKey === undefined ? undefined : digest16(idempotencyKey),
    correlationId: correlationBytes,
    causationId: causationBytes,
    flags: options.flags ?? 0,
    extensions,
  };
}

/**
 * Checks that an event has its key where single appends share a sync and nobody asked for one.
 *
 * @throws {IdempotencyRequiredError}
 */
export function requireKey(
  engine: Engine,
  operation: string,
  request: AppendRequest,
  durable: boolean,
): void {
  if (engine.options.batch.groupCommitMaxBatch === 1) return;
  if (request.idempotencyKey === undefined && !durable) {
    throw new IdempotencyRequiredError(operation);
  }
}

/** Bytes of payload and extensions: what the limits of appends and batches count. */
export function contentBytes({ payload, extensions }: AppendRequest): number {
  return payload.length + (extensions?.length ?? 0);
}

function partsOf(at: At): { entity: string; scope: string } {
  if (typeof at === 'string') return { entity: at, scope: defaultScope };
  if (typeof at !== 'object' || at === null) {
    throw new ArgumentTypeError('at', at, 'an entity, { entity, scope } or a Coordinate');
  }
  if (at instanceof Coordinate) return at;
  const { entity, scope = defaultScope } = at;
  if (typeof entity !== 'string') throw new ArgumentTypeError('entity', entity, 'a string');
  if (typeof scope !== 'string') throw new ArgumentTypeError('scope', scope, 'a string');
  return { entity, scope };
}

/** @throws {ArgumentTypeError} unless the kind is a number or an event definition */
export function checkKindOrDefinition(kind: unknown): void {
  if (typeof kind === 'number' || kind instanceof EventDefinition) return;
  throw new ArgumentTypeError('kind', kind, 'a number or what defineEvent returned');
}

function idOf(field: string, text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const bytes = new Uint8Array(16);
  writeId(field, text, bytes);
  return bytes;
}

function extensionsOf(options: PrivilegedOptions): Uint8Array | undefined {
  const { extensions, stamp, decision } = options;
  if (extensions === undefined && stamp === undefined && decision === undefined) return undefined;
  const named = new Map(Object.entries(extensions ?? {}));
  if (stamp !== undefined) named.set(stampExtension, stamp);
  if (decision !== undefined) named.set(decisionExtension, decision);
  return named.size === 0 ? undefined : encodeExtensions(named);
}

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function checkOptions(options: AppendOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, knownOptions);
  checkExpected(options.expected);
  checkKey(options.idempotencyKey);
  const { flags, lane, durable } = options;
  if (flags !== undefined && !(Number.isInteger(flags) && flags >= 0 && flags <= 0xff)) {
    throw new ArgumentRangeError('flags', flags, 'an integer 0..255');
  }
  if (lane !== undefined && !(Number.isInteger(lane) && lane >= 0 && lane <= laneMax)) {
    throw new ArgumentRangeError('lane', lane, `an integer 0..${laneMax}`);
  }
  if (durable !== undefined && typeof durable !== 'boolean') {
    throw new ArgumentTypeError('durable', durable, 'true or false');
  }
  if (options.extensions !== undefined) checkExtensions(options.extensions);
}

function checkExpected(expected: unknown): void {
  if (expected === undefined || typeof expected === 'string') {
    if (expected === undefined || ['none', 'exists', 'any'].includes(expected)) return;
  } else if (typeof expected === 'number') {
    if (Number.isInteger(expected) && expected >= 0 && expected <= 0xffff_ffff) return;
    throw new ArgumentRangeError('expected', expected, 'a clock, 0..4294967295');
  }
  throw new ArgumentTypeError('expected', expected, "a clock, 'none', 'exists' or 'any'");
}

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function checkKey(key: unknown): void {
  if (key === undefined) return;
  if (typeof key !== 'string') throw new ArgumentTypeError('idempotencyKey', key, 'a string');
  if (key.length === 0 || key.length > idempotencyKeyMax || !key.isWellFormed()) {
    const expected = `well-formed text of 1..${idempotencyKeyMax} characters`;
    throw new ArgumentRangeError('idempotencyKey', key, expected);
  }
}

function checkExtensions(extensions: unknown): void {
  if (typeof extensions !== 'object' || extensions === null) {
    throw new ArgumentTypeError('extensions', extensions, 'an object of Uint8Arrays');
  }
  for (const [name, bytes] of Object.entries(extensions)) {
    if (!(bytes instanceof Uint8Array)) {
      throw new ArgumentTypeError(`extensions.${name}`, bytes, 'a Uint8Array');
    }
    if (!name.isWellFormed()) {
      throw new ArgumentRangeError('extensions', name, 'well-formed names');
    }
    if (name === stampExtension || name === decisionExtension) {
      const taken = `a name other than '${stampExtension}' and '${decisionExtension}'`;
      throw new ArgumentRangeError('extensions', name, taken);
    }
  }
}
