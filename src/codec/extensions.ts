import { Packr } from 'msgpackr';

const codec = new Packr({ useRecords: false, mapsAsObjects: false, copyBuffers: true });
const none: ReadonlyMap<string, Uint8Array> = new Map();

/** Encodes named bytes as a msgpack map of strings to binary; in a buffer of its own. */
export function encodeExtensions(extensions: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return Uint8Array.from(codec.pack(new Map(extensions)));
}

/** Decodes what {@link encodeExtensions} made; an empty map for no bytes. */
export function decodeExtensions(bytes: Uint8Array | undefined): ReadonlyMap<string, Uint8Array> {
  return bytes === undefined ? none : codec.unpack(bytes);
}
