import { defined } from '../../model/assert.ts';
import type { At } from '../../model/coordinate.ts';
import type { Denial } from '../../model/denial.ts';
import { ArgumentTypeError, checkKeys } from '../../model/errors/argument-error.ts';
import type { StoredEvent } from '../../model/event.ts';
import { systemKinds } from '../../model/kind.ts';
import type { Receipt } from '../../model/receipt.ts';
import { Store } from '../../store/store.ts';
import {
  type AppendOptions,
  checkOptions,
  preparePrivileged,
  requireKey,
} from '../../store/write/append-request.ts';

/** Kind of the events that {@link appendDenial} appends. */
export const denialKind: number = systemKinds.denial;

/** What {@link appendDenial} takes besides the denial: where, and what an append takes. */
export interface DenialOptions
  extends Pick<
    AppendOptions,
    'idempotencyKey' | 'correlationId' | 'causationId' | 'lane' | 'durable'
  > {
  /** The entity whose stream it goes into. */
  readonly at: At;
}

/** A denial as it is stored: all but its cause. */
type DenialRecord = Omit<Denial, 'type' | 'cause' | 'judged'> & Partial<Pick<Denial, 'judged'>>;

/**
 * Appends a denial to the stream of an entity, as an event of {@link denialKind}: for denials that
 * somebody will ask about. Nothing does this by itself. What a pipeline with `audit: 'context'` has
 * put into it is stored with it. Written when this returns.
 *
 * ```ts
 * if (verdict.type === 'denied') appendDenial(store, verdict, { at: 'account:ann' });
 * ```
 *
 * @throws {ArgumentTypeError} when it is no denial, or an option is wrong
 * @throws {BatpakError} what `append` of the store throws
 */
export function appendDenial(store: Store, denial: Denial, options: DenialOptions): Receipt {
  if (!(store instanceof Store)) throw new ArgumentTypeError('store', store, 'an open Store');
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object with at');
  }
  const { at, ...append } = options;
  checkKeys('options', append, [
    ...['idempotencyKey', 'correlationId', 'causationId', 'lane', 'durable'],
  ]);
  checkOptions(append);
  if (!isDenial(denial)) throw new ArgumentTypeError('denial', denial, 'a denial of a pipeline');
  const durable = append.durable ?? false;
  const [receipt] = store.appendPrepared((engine) => {
    const request = preparePrivileged(engine, at, denialKind, recordOf(denial), append);
    requireKey(engine, 'appendDenial', request, durable);
    return [{ request, causedBy: undefined }];
  }, durable);
  return defined(receipt, 'an event has a receipt');
}

/** The denial that an event holds; `undefined` for an event of another kind, or an erased one. */
export function denialOf(event: StoredEvent): Denial | undefined {
  if (event.kind !== denialKind) return undefined;
  const { payload } = event;
  if (!isRecord(payload)) return undefined;
  return Object.freeze({ type: 'denied', judged: undefined, ...payload, cause: undefined });
}

function recordOf(denial: Denial): DenialRecord {
  const { gate, code, reason, facts, contextHash, payloadHash, judged } = denial;
  const record = { gate, code, reason, facts, contextHash, payloadHash };
  return judged === undefined ? record : { ...record, judged };
}

function isDenial(value: unknown): value is Denial {
  return isRecord(value) && 'type' in value && value.type === 'denied';
}

function isRecord(value: unknown): value is DenialRecord {
  if (typeof value !== 'object' || value === null || !('gate' in value)) return false;
  const { gate } = value;
  if (typeof gate !== 'object' || gate === null) return false;
  const named = 'name' in gate && typeof gate.name === 'string';
  if (!named || !('version' in gate && typeof gate.version === 'number')) return false;
  if (!('facts' in value && typeof value.facts === 'object' && value.facts !== null)) return false;
  return ['code', 'reason', 'contextHash', 'payloadHash'].every(
    (key) => typeof Reflect.get(value, key) === 'string',
  );
}
