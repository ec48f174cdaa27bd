import { encodeExtensions } from '../codec/extensions.ts';
import { ArgumentTypeError, checkKeys } from '../model/errors/argument-error.ts';
import type { StoredEvent } from '../model/event.ts';
import { cloudDataOf } from './cloud-data.ts';
import { formatTime } from './cloud-time.ts';

/**
 * A stored event as a CloudEvent 1.0 in structured JSON: a plain object, ready for
 * `JSON.stringify`. Counters that may pass 2^31 are texts, as integers of CloudEvents have 32 bits.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The event's id; together with `source` it is unique. */
  readonly id: string;
  /** Who wrote the event. */
  readonly source: string;
  /** The event's name; `batpak.kind.0x2001` of one without a name. */
  readonly type: string;
  /** The entity. */
  readonly subject: string;
  /** RFC 3339 in UTC, with microseconds. */
  readonly time: string;
  /** `application/json` with `data`, `application/msgpack` with `data_base64`. */
  readonly datacontenttype?: string;
  /** `urn:batpak:schema:<name>:<version>`, of an event that was written with a version. */
  readonly dataschema?: string;
  /** Sequence, in 16 digits, so that texts sort as sequences do. */
  readonly sequence: string;
  /** Clock, in decimal digits. */
  readonly clock: string;
  /** Lane, in decimal digits. */
  readonly lane: string;
  readonly scope: string;
  readonly kind: number;
  readonly flags: number;
  readonly correlationid: string;
  readonly causationid?: string;
  /** Hash of the event as stored, 64 hexadecimal digits. */
  readonly hash?: string;
  /** Hash of the event before it in its lane of the entity, likewise; zeros of the first. */
  readonly prevhash?: string;
  /** Base64 of a msgpack map of the named bytes that were stored with the event. */
  readonly extensions?: string;
  readonly data?: unknown;
  /** Base64 of the payload in msgpack. */
  readonly data_base64?: string;
}

/** What {@link toCloudEvent} takes. */
export interface CloudEventOptions {
  /** Who wrote the event: a URI reference, such as {@link cloudSourceOf} makes of a store. */
  readonly source: string;
}

/** Digits of a sequence: the largest there can be has as many. */
const sequenceDigits = 16;

/** The CloudEvent of a stored event. @throws {ArgumentTypeError} */
export function toCloudEvent(event: StoredEvent, options: CloudEventOptions): CloudEvent {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object with a source');
  }
  checkKeys('options', options, ['source']);
  checkSource(options.source);
  return cloudEventOf(event, options.source);
}

/** The source of the events of a store: `urn:batpak:` and its id. */
export function cloudSourceOf(store: { readonly identity: { readonly storeId: string } }): string {
  return `urn:batpak:${store.identity.storeId}`;
}

/** @throws {ArgumentTypeError} unless it is a text that is not empty */
export function checkSource(source: unknown): void {
  if (typeof source !== 'string' || source === '') {
    throw new ArgumentTypeError('source', source, 'a URI reference that is not empty');
  }
}

/** Type of the events of a kind that has no name. */
export function typeOfKind(kind: number): string {
  return `batpak.kind.0x${kind.toString(16).padStart(4, '0')}`;
}

/** As {@link toCloudEvent}, of a source that was checked. */
export function cloudEventOf(event: StoredEvent, source: string): CloudEvent {
  const { kind, payload, payloadVersion, causationId, hash, prevHash, extensions } = event;
  const type = event.name ?? typeOfKind(kind);
  return {
    specversion: '1.0',
    id: event.eventId,
    source,
    type,
    subject: event.entity,
    time: formatTime(event.timestampUs),
    ...(payloadVersion === 0 ? {} : { dataschema: schemaOf(type, payloadVersion) }),
    sequence: String(event.sequence).padStart(sequenceDigits, '0'),
    clock: String(event.clock),
    lane: String(event.lane),
    scope: event.scope,
    kind,
    flags: event.flags,
    correlationid: event.correlationId,
    ...(causationId === undefined ? {} : { causationid: causationId }),
    ...(hash === undefined ? {} : { hash: hexOf(hash) }),
    ...(prevHash === undefined ? {} : { prevhash: hexOf(prevHash) }),
    ...(extensions.size === 0 ? {} : { extensions: base64Of(encodeExtensions(extensions)) }),
    // The payload of a redacted event is gone.
    ...(payload === undefined ? {} : cloudDataOf(payload)),
  };
}

function schemaOf(type: string, version: number): string {
  return `urn:batpak:schema:${encodeURIComponent(type)}:${version}`;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
