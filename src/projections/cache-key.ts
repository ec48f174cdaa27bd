import { textBytesMax, writeText, writeU32 } from '../codec/bytes.ts';

/** What stands under a key. The first byte of a key is the number of its family. */
export type CachedFamily = 'entity' | 'read-model';

/** The key of the record that says which log the cache belongs to. */
export const bindingKey: Uint8Array = Uint8Array.of(0);

const families: Readonly<Record<CachedFamily, number>> = { entity: 1, 'read-model': 2 };

/**
 * The prefix of all states of one version of a projection: family, length and text of the name,
 * version. Every part has a length of its own or one that is told, so that no two keys are the same
 * and no name is the beginning of another.
 */
export function versionPrefix(family: CachedFamily, name: string, version: number): Uint8Array {
  const bytes = new Uint8Array(prefixBytesMax(name));
  return bytes.subarray(0, writePrefix(bytes, family, name, version));
}

/** The key of an entity's state: the prefix of its projection, then the entity with its length. */
export function entityKey(name: string, version: number, entity: string): Uint8Array {
  const bytes = new Uint8Array(prefixBytesMax(name) + textBytesMax(entity));
  const prefixEnd = writePrefix(bytes, 'entity', name, version);
  return bytes.subarray(0, writeText(bytes, prefixEnd, entity));
}

function prefixBytesMax(name: string): number {
  return 1 + textBytesMax(name) + 4;
}

function writePrefix(
  bytes: Uint8Array,
  family: CachedFamily,
  name: string,
  version: number,
): number {
  bytes[0] = families[family];
  return writeU32(bytes, writeText(bytes, 1, name), version);
}
