import { IdempotencyConflictError } from '../../model/errors/write-errors.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Store } from '../../store/store.ts';
import { stampExtension } from '../../store/write/append-request.ts';
import { decodeStamp, sameDigest } from '../fold/stamp.ts';

/**
 * The receipt of an earlier command with this key; `undefined` when there is none. What counts is
 * the command as it was sent: `admit` may give the retry another time or id.
 *
 * @throws {IdempotencyConflictError} when the key stands for another command
 */
export function earlierReceipt(
  store: Store,
  entity: string,
  idempotencyKey: string | undefined,
  fingerprint: Uint8Array | undefined,
): Receipt | undefined {
  if (idempotencyKey === undefined || fingerprint === undefined) return undefined;
  const event = store.findByKey(idempotencyKey);
  if (event === undefined) return undefined;
  const stamp = decodeStamp(event.extensions.get(stampExtension));
  if (event.entity !== entity) {
    throw new IdempotencyConflictError(idempotencyKey, 'entity', event.sequence);
  }
  if (stamp === undefined || !sameDigest(stamp.fingerprint, fingerprint)) {
    throw new IdempotencyConflictError(idempotencyKey, 'command', event.sequence);
  }
  const { eventId, sequence, clock, position, hash } = event;
  const durableThrough = store.durableThrough() ?? -1;
  return {
    eventId,
    sequence,
    clock,
    position,
    hash,
    durability: sequence <= durableThrough ? 'durable' : 'written',
    replayed: true,
  };
}
