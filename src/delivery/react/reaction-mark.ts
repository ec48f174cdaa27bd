import {
  readText,
  readU16,
  readU32,
  textBytesMax,
  writeText,
  writeU32,
} from '../../codec/bytes.ts';
import type { StoredEvent } from '../../model/event.ts';

/** Name of the extension that says which reactor has made an event. */
export const reactionExtension = 'reactor';

/** Where an event stands in a chain of reactions. */
export interface ReactionMark {
  /** Name of the reactor that made it. */
  readonly reactor: string;
  /** 1 when it reacts to an event that no reactor made, one more for each between. */
  readonly depth: number;
}

const nameAt = 4;

/** The bytes of the extension: depth (4), and the name with its length before it (2 + n). */
export function encodeReactionMark({ reactor, depth }: ReactionMark): Uint8Array {
  const bytes = new Uint8Array(nameAt + textBytesMax(reactor));
  writeU32(bytes, 0, depth);
  return bytes.slice(0, writeText(bytes, nameAt, reactor));
}

/** What the event's extension says; `undefined` when no reactor made it. */
export function reactionMarkOf(event: StoredEvent): ReactionMark | undefined {
  const bytes = event.extensions.get(reactionExtension);
  // Whoever else uses the name of the extension has made no reaction.
  if (bytes === undefined || bytes.length < nameAt + 2) return undefined;
  const length = readU16(bytes, nameAt);
  if (nameAt + 2 + length !== bytes.length) return undefined;
  try {
    return { depth: readU32(bytes, 0), reactor: readText(bytes, nameAt + 2, length) };
  } catch {
    return undefined;
  }
}
