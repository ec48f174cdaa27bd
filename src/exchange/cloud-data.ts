import { decodePayload, encodePayload } from '../codec/payload.ts';

/** Content types of payloads: JSON where it loses nothing, the bytes of msgpack where it would. */
export const contentTypes = { json: 'application/json', msgpack: 'application/msgpack' } as const;

/** How a CloudEvent carries a payload. */
export type CloudData =
  | { readonly datacontenttype: typeof contentTypes.json; readonly data: unknown }
  | { readonly datacontenttype: typeof contentTypes.msgpack; readonly data_base64: string };

/**
 * The payload as JSON when JSON gives back exactly the same; else its msgpack bytes, as base64:
 * with a bigint, a `Date`, bytes, NaN, an infinity, -0 or an `undefined` property anywhere in it.
 */
export function cloudDataOf(payload: unknown): CloudData {
  return isJson(payload)
    ? { datacontenttype: contentTypes.json, data: payload }
    : {
        datacontenttype: contentTypes.msgpack,
        data_base64: Buffer.from(encodePayload(payload)).toString('base64'),
      };
}

/** The payload of msgpack bytes. @throws {Error} when they are not msgpack */
export function payloadOfMsgpack(bytes: Uint8Array): unknown {
  return decodePayload(bytes, 0, bytes.length);
}

/** The bytes of a base64 text, or `undefined` when it is none that an encoder writes. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
}

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || isJsonObject(value);
    default:
      return false;
  }
}

function isJsonObject(value: object): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every(isJson);
}
