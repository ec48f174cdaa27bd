import { equalBytes } from '../../codec/bytes.ts';
import { genesisHash, hashBytes } from '../../codec/hash-chain.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import { StoreClosedError } from '../../model/errors/lifecycle-errors.ts';
import { type AncestryBreak, AncestryBrokenError } from '../../model/errors/query-errors.ts';
import type { StoredEvent } from '../../model/event.ts';
import { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';
import { eventAt, getEvent } from './read.ts';

/** How far to walk. */
export interface WalkOptions {
  /** At most so many events. @default all */
  readonly limit?: number;
  /** Only events of this region are given; the walk goes on behind those that are not. */
  readonly region?: Region;
}

/**
 * The event and those before it in its stream, newest first. Each step goes to an earlier
 * sequence, so that no walk can go round in a circle, and is checked against the linked hash.
 */
export function walkAncestorsOf(
  engine: ReadEngine,
  eventId: unknown,
  options: unknown,
): Iterable<StoredEvent> {
  const { limit, region } = checkWalk(options);
  const start = getEvent(engine, eventId);
  return { [Symbol.iterator]: () => walk(engine, start, limit, region) };
}

function* walk(
  engine: ReadEngine,
  start: StoredEvent | undefined,
  limit: number,
  region: Region,
): Generator<StoredEvent> {
  let event = start;
  let given = 0;
  while (event !== undefined && given < limit) {
    if (region.matches(event)) {
      yield event;
      given += 1;
      if (given === limit) return;
    }
    if (!engine.open) throw new StoreClosedError('reading on');
    event = before(engine, event);
  }
}

function before(engine: ReadEngine, event: StoredEvent): StoredEvent | undefined {
  const { columns } = engine.index;
  const { entity, lane, sequence, clock, prevHash } = event;
  const previous = columns.previous(sequence);
  const broken = (problem: AncestryBreak): AncestryBrokenError =>
    new AncestryBrokenError({ entity, lane, sequence, problem });
  const ours = engine.segments.of(sequence).version === undefined;
  if (ours && clock !== (previous < 0 ? 0 : columns.clock(previous) + 1)) throw broken('lost');
  if (previous < 0) {
    if (ours && prevHash !== undefined && !sameHash(prevHash, genesisHash))
      throw broken('unlinked');
    return undefined;
  }
  const found = eventAt(engine, previous);
  if (prevHash === undefined || found?.hash === undefined) return found;
  if (!sameHash(prevHash, found.hash)) throw broken('unlinked');
  return found;
}

function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return equalBytes(left, 0, right, 0, hashBytes);
}

function checkWalk(options: unknown): { limit: number; region: Region } {
  const all = { limit: Number.POSITIVE_INFINITY, region: Region.all() };
  if (options === undefined) return all;
  if (typeof options === 'number') return { ...all, limit: checkedLimit(options) };
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'a number or an object');
  }
  checkKeys('options', options, ['limit', 'region']);
  const { limit = all.limit, region = all.region }: WalkOptions = options;
  if (!(region instanceof Region)) throw new ArgumentTypeError('region', region, 'a Region');
  return { limit: limit === all.limit ? limit : checkedLimit(limit), region };
}

function checkedLimit(limit: unknown): number {
  if (typeof limit !== 'number') throw new ArgumentTypeError('limit', limit, 'a number');
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new ArgumentRangeError('limit', limit, 'an integer from 0');
}
