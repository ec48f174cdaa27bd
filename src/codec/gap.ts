import { decodePayload, encodePayload } from './payload.ts';
import { payloadEncodings, recordTypes } from './record-layout.ts';
import type { RecordView } from './record-view.ts';

/**
 * Payload of a GAP record: `{ from, count, reason, entities? }`, the last a list of
 * `[entity, lane, fromClock, count]`. The record's own sequence is `from`; sequences go on at
 * `from + count` behind it. It stands where the lost events stood. Only a salvage writes it.
 */

/** Events that are known to be lost. */
export interface GapContent {
  /** Sequence of the first. */
  readonly from: number;
  /** How many, 1 or more. */
  readonly count: number;
  /** What happened to them, in a few words. */
  readonly reason: string;
  /** Whose they were, as far as later events tell. */
  readonly entities: readonly LostClocks[];
}

/** Events of one entity that are known to be lost. */
export interface LostClocks {
  readonly entity: string;
  readonly lane: number;
  /** Clock of the first of them. */
  readonly fromClock: number;
  /** How many: all of them lie in this gap, or in this and others between the same two events. */
  readonly count: number;
}

/** Most entities that a GAP record names; the rest is told by the clocks of later events. */
export const gapEntitiesMax = 1000;

/** The payload of a GAP record. */
export function encodeGap(gap: GapContent): Uint8Array {
  const { from, count, reason } = gap;
  const entities = gap.entities
    .slice(0, gapEntitiesMax)
    .map((lost) => [lost.entity, lost.lane, lost.fromClock, lost.count]);
  return encodePayload({ from, count, reason, ...(entities.length === 0 ? {} : { entities }) });
}

/** What a GAP record tells; `undefined` when it is none, or can't be read. */
export function decodeGap(record: RecordView): GapContent | undefined {
  if (record.type !== recordTypes.gap || record.encoding !== payloadEncodings.msgpack) {
    return undefined;
  }
  const { from, count, reason, entities = [] } = mapOf(record);
  if (!isCount(from) || from !== record.sequence) return undefined;
  if (!isCount(count) || count === 0 || !Number.isSafeInteger(from + count)) return undefined;
  if (typeof reason !== 'string' || !Array.isArray(entities)) return undefined;
  const lost = entities.map(lostClocksOf).filter((one) => one !== undefined);
  return lost.length === entities.length ? { from, count, reason, entities: lost } : undefined;
}

function lostClocksOf(value: unknown): LostClocks | undefined {
  if (!Array.isArray(value)) return undefined;
  const [entity, lane, fromClock, count]: readonly unknown[] = value;
  if (typeof entity !== 'string') return undefined;
  if (!isCount(lane) || !isCount(fromClock) || !isCount(count)) return undefined;
  return { entity, lane, fromClock, count };
}

function mapOf(record: RecordView): Record<string, unknown> {
  try {
    const value = decodePayload(record.bytes, record.payloadAt, record.payloadEnd);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // The checksum held, so no disk did this; whoever wrote it, it is no gap.
    return {};
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
