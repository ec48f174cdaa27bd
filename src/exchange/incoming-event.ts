import { decodeExtensions } from '../codec/extensions.ts';
import { encodePayload } from '../codec/payload.ts';
import { checkCoordinatePart, defaultScope } from '../model/coordinate.ts';
import { InvalidCoordinateError, InvalidPayloadError } from '../model/errors/write-errors.ts';
import { eventNameMax } from '../model/event-definition.ts';
import { checkKind, kindMax, systemKinds } from '../model/kind.ts';
import { laneMax } from '../model/region.ts';
import { CloudAttributes } from './cloud-attributes.ts';
import { bytesOfBase64, contentTypes, payloadOfMsgpack } from './cloud-data.ts';
import { typeOfKind } from './cloud-event.ts';
import { decodeOrigin, type EventOrigin, originExtension } from './origin.ts';

/** A CloudEvent that was checked: all that can be known without the store is fine. */
export interface IncomingEvent {
  readonly line: number;
  readonly source: string;
  readonly id: string;
  /** Names the event among all that are imported. */
  readonly idempotencyKey: string;
  readonly entity: string;
  readonly scope: string;
  readonly lane: number;
  /** `undefined` of an event that had none: it has a kind. */
  readonly name: string | undefined;
  readonly kind: number | undefined;
  readonly payload: unknown;
  /** Bytes of payload and extensions, about: what limits of batches count. */
  readonly bytes: number;
  readonly payloadVersion: number;
  readonly flags: number;
  /** Id of another event that began it; `undefined` when it did itself. */
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** What the file says of the event. */
  readonly told: EventOrigin;
  /** Where it was first written: what is told, or what an earlier import kept. */
  readonly origin: EventOrigin;
}

/** Bytes that an event takes in a batch besides its payload and extensions, at most. */
const originBytesMax = 2048;

const knownAttributes: ReadonlySet<string> = new Set([
  ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'dataschema'],
  ...['sequence', 'clock', 'lane', 'scope', 'kind', 'flags', 'correlationid', 'causationid'],
  ...['hash', 'prevhash', 'extensions', 'data', 'data_base64'],
]);

/**
 * Reads a CloudEvent of this library or another: what only this library writes may be missing.
 *
 * @param given a line of JSON, or an object
 * @param line its number, from 1
 * @param onIgnored told of attributes that are not imported
 * @throws {InvalidCloudEventError}
 */
export function readCloudEvent(
  given: unknown,
  line: number,
  onIgnored: (attribute: string) => void,
): IncomingEvent {
  const attributes = new CloudAttributes(given, line);
  const version = attributes.text('specversion');
  if (version !== '1.0') throw attributes.refuse('specversion', "'1.0'");
  for (const name of attributes.names) if (!knownAttributes.has(name)) onIgnored(name);
  const source = attributes.text('source');
  const id = attributes.text('id');
  const { name, kind } = namesOf(attributes);
  const payload = payloadOf(attributes);
  const extensions = extensionsOf(attributes);
  const correlationId = attributes.optionalUuid('correlationid');
  const told = toldOf(attributes, source, id);
  return {
    line,
    source,
    id,
    idempotencyKey: keyOf(attributes, source, id),
    entity: coordinatePart(attributes, 'subject', 'entity'),
    scope: attributes.has('scope') ? coordinatePart(attributes, 'scope', 'scope') : defaultScope,
    lane: attributes.counter('lane', laneMax) ?? 0,
    name,
    kind,
    payload,
    bytes: payloadBytes(attributes, payload) + extensionBytes(extensions) + originBytesMax,
    payloadVersion: name === undefined ? 0 : versionOf(attributes),
    flags: attributes.integer('flags', 0xff) ?? 0,
    correlationId: correlationId?.toLowerCase() === id.toLowerCase() ? undefined : correlationId,
    causationId: attributes.optionalUuid('causationid'),
    extensions,
    told,
    origin: earlierOrigin(extensions) ?? told,
  };
}

/** Longest idempotency key that the store takes. */
const idempotencyKeyMax = 1024;

/** The idempotency key of an imported event. */
export function importKeyOf(source: string, id: string): string {
  return `cloudevent:${JSON.stringify([source, id])}`;
}

function keyOf(attributes: CloudAttributes, source: string, id: string): string {
  const key = importKeyOf(source, id);
  if (key.length <= idempotencyKeyMax && source.isWellFormed() && id.isWellFormed()) return key;
  const expected = 'well-formed text, with source at most 1000 characters';
  throw attributes.refuse('id', expected);
}

/** Kinds of the system that the streams of aggregates hold, and which come along with them. */
const aggregateKinds: ReadonlySet<number> = new Set([
  systemKinds.machineInit,
  systemKinds.timerFired,
  systemKinds.actorDone,
  systemKinds.actorFailed,
  systemKinds.externalDiscarded,
]);

function namesOf(attributes: CloudAttributes): Pick<IncomingEvent, 'name' | 'kind'> {
  const type = attributes.text('type');
  const kind = attributes.integer('kind', kindMax);
  if (kind !== undefined && !aggregateKinds.has(kind)) {
    try {
      checkKind(kind);
    } catch {
      throw attributes.refuse(
        'kind',
        'a kind outside the categories 0x0 and 0xD, or 0x0100..0x0104',
      );
    }
  }
  if (kind !== undefined && type === typeOfKind(kind)) return { name: undefined, kind };
  if (kind !== undefined && aggregateKinds.has(kind)) {
    throw attributes.refuse('type', `'${typeOfKind(kind)}', as its kind says`);
  }
  if (type.length > eventNameMax || !type.isWellFormed()) {
    throw attributes.refuse('type', `well-formed text of 1..${eventNameMax} characters`);
  }
  return { name: type, kind };
}

const schemaPattern = /^urn:batpak:schema:.*:(\d{1,5})$/s;
const payloadVersionMax = 0xffff;

/** An event of another library has the first version of its name. */
function versionOf(attributes: CloudAttributes): number {
  const schema = attributes.optionalText('dataschema');
  const digits = schema === undefined ? undefined : schemaPattern.exec(schema)?.[1];
  // Of an event without a version this library writes no schema, but its kind.
  if (digits === undefined) return attributes.has('kind') ? 0 : 1;
  if (Number(digits) <= payloadVersionMax) return Number(digits);
  throw attributes.refuse('dataschema', 'one with a version 0..65535');
}

function payloadOf(attributes: CloudAttributes): unknown {
  if (!attributes.has('data_base64')) return attributes.has('data') ? attributes.of('data') : null;
  if (attributes.has('data')) throw attributes.refuse('data_base64', 'left out beside data');
  const bytes = bytesOfBase64(attributes.text('data_base64'));
  if (bytes === undefined) throw attributes.refuse('data_base64', 'base64');
  if (attributes.optionalText('datacontenttype') !== contentTypes.msgpack) return bytes;
  try {
    return payloadOfMsgpack(bytes);
  } catch {
    throw attributes.refuse('data_base64', 'a payload in msgpack, as datacontenttype says');
  }
}

function payloadBytes(attributes: CloudAttributes, payload: unknown): number {
  try {
    return encodePayload(payload).length;
  } catch (cause) {
    if (!(cause instanceof InvalidPayloadError)) throw cause;
    const field = attributes.has('data_base64') ? 'data_base64' : 'data';
    throw attributes.refuse(field, `a payload that a store takes (${cause.message})`);
  }
}

function extensionsOf(attributes: CloudAttributes): ReadonlyMap<string, Uint8Array> {
  const text = attributes.optionalText('extensions');
  if (text === undefined) return new Map();
  const bytes = bytesOfBase64(text);
  let decoded: unknown;
  try {
    decoded = bytes === undefined ? undefined : decodeExtensions(bytes);
  } catch {
    decoded = undefined;
  }
  if (isExtensions(decoded)) return decoded;
  throw attributes.refuse('extensions', 'base64 of a msgpack map of texts to bytes');
}

function isExtensions(value: unknown): value is ReadonlyMap<string, Uint8Array> {
  if (!(value instanceof Map)) return false;
  for (const [name, bytes] of value) {
    if (typeof name !== 'string' || !name.isWellFormed()) return false;
    if (!(bytes instanceof Uint8Array)) return false;
  }
  return true;
}

function extensionBytes(extensions: ReadonlyMap<string, Uint8Array>): number {
  let total = 0;
  for (const [name, bytes] of extensions) total += name.length * 3 + bytes.length + 10;
  return total;
}

function coordinatePart(
  attributes: CloudAttributes,
  field: 'subject' | 'scope',
  part: 'entity' | 'scope',
): string {
  const text = attributes.text(field);
  try {
    checkCoordinatePart(part, text);
    return text;
  } catch (cause) {
    if (!(cause instanceof InvalidCoordinateError)) throw cause;
    throw attributes.refuse(field, `a text that can be one (${cause.message})`);
  }
}

function toldOf(attributes: CloudAttributes, source: string, id: string): EventOrigin {
  const timestampUs = attributes.optionalTime('time');
  const sequence = attributes.counter('sequence', Number.MAX_SAFE_INTEGER);
  const clock = attributes.counter('clock', 0xffff_ffff);
  const hash = attributes.optionalHash('hash');
  const prevHash = attributes.optionalHash('prevhash');
  return {
    source,
    id,
    ...(timestampUs === undefined ? {} : { timestampUs }),
    ...(sequence === undefined ? {} : { sequence }),
    ...(clock === undefined ? {} : { clock }),
    ...(hash === undefined ? {} : { hash }),
    ...(prevHash === undefined ? {} : { prevHash }),
  };
}

function earlierOrigin(extensions: ReadonlyMap<string, Uint8Array>): EventOrigin | undefined {
  const bytes = extensions.get(originExtension);
  return bytes === undefined ? undefined : decodeOrigin(bytes);
}
