import { equalBytes } from '../../codec/bytes.ts';
import { hashOf } from '../../codec/hash-chain.ts';
import { decodePayload, encodePayload } from '../../codec/payload.ts';
import type { PendingEffects } from '../effects/pending.ts';
import type { FoldReport } from '../fold/fold-report.ts';

/** Raised when the layout of a kept state changes: those of another one are folded again. */
const layoutVersion = 2;
const digestBytes = 16;

/** What a kept state belongs to. All of it must be as it was, or the state is void. */
export interface SnapshotBinding {
  readonly storeId: string;
  readonly definitionVersion: number;
  readonly machineHash: string;
}

/** A state as it is kept: that after one event of the log, which it names. */
export interface KeptSnapshot {
  /** Id of the event. */
  readonly eventId: string;
  readonly sequence: number;
  readonly clock: number;
  readonly report: FoldReport;
  readonly pending: PendingEffects;
  /** As XState takes a snapshot apart. */
  readonly persisted: unknown;
}

/**
 * The bytes of a state, and a digest of them and of their key.
 *
 * @throws {InvalidPayloadError} when the state holds what can't be stored
 */
export function encodeSnapshot(
  key: Uint8Array,
  binding: SnapshotBinding,
  kept: KeptSnapshot,
): Uint8Array {
  const content = encodePayload({ layout: layoutVersion, binding, kept });
  const bytes = new Uint8Array(content.length + digestBytes);
  bytes.set(content);
  bytes.set(digestOf(key, content), content.length);
  return bytes;
}

/** The state in the bytes; `undefined` when they are none for this key and binding. */
export function decodeSnapshot(
  key: Uint8Array,
  binding: SnapshotBinding,
  bytes: Uint8Array,
): KeptSnapshot | undefined {
  const end = bytes.length - digestBytes;
  if (end < 1) return undefined;
  const digest = digestOf(key, bytes.subarray(0, end));
  if (!equalBytes(bytes, end, digest, 0, digestBytes)) return undefined;
  // Whatever has the digest was encoded above, perhaps by another version of it.
  const found = decodePayload(bytes, 0, end) as {
    readonly layout: unknown;
    readonly binding: SnapshotBinding;
    readonly kept: KeptSnapshot;
  };
  const same =
    found.layout === layoutVersion &&
    found.binding.storeId === binding.storeId &&
    found.binding.definitionVersion === binding.definitionVersion &&
    found.binding.machineHash === binding.machineHash;
  return same ? found.kept : undefined;
}

function digestOf(key: Uint8Array, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(key.length + content.length);
  bytes.set(key);
  bytes.set(content, key.length);
  return hashOf(bytes, 0, bytes.length).subarray(0, digestBytes);
}
