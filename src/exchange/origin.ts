import { decodePayload, encodePayload } from '../codec/payload.ts';
import type { StoredEvent } from '../model/event.ts';

/** Name of the extension in which an imported event keeps where it came from. */
export const originExtension = 'batpak.origin';

/** Where an imported event was first written, as the file that it came from says. */
export interface EventOrigin {
  /** `source` of the CloudEvent. */
  readonly source: string;
  /** `id` of the CloudEvent: the event's id in the store that wrote it. */
  readonly id: string;
  readonly timestampUs?: number;
  readonly sequence?: number;
  readonly clock?: number;
  /** Hash of the event as it was stored there, 32 bytes. */
  readonly hash?: Uint8Array;
  /** Hash of the event before it there. */
  readonly prevHash?: Uint8Array;
}

/**
 * Where an imported event was first written, or `undefined` of an event that was not imported. It
 * is under the hash of the imported event, and stays when that is exported and imported again.
 */
export function originOf(event: Pick<StoredEvent, 'extensions'>): EventOrigin | undefined {
  const bytes = event.extensions.get(originExtension);
  return bytes === undefined ? undefined : decodeOrigin(bytes);
}

/** The bytes of the extension. */
export function encodeOrigin(origin: EventOrigin): Uint8Array {
  // A copy: the encoder's buffer is larger, and shared.
  return Uint8Array.from(encodePayload(origin));
}

/** @returns `undefined` unless the bytes are an origin */
export function decodeOrigin(bytes: Uint8Array): EventOrigin | undefined {
  let value: unknown;
  try {
    value = decodePayload(bytes, 0, bytes.length);
  } catch {
    return undefined;
  }
  return isOrigin(value) ? value : undefined;
}

function isOrigin(value: unknown): value is EventOrigin {
  if (typeof value !== 'object' || value === null) return false;
  if (!('source' in value && 'id' in value)) return false;
  return typeof value.source === 'string' && typeof value.id === 'string';
}
