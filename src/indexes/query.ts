import type { QueryOptions } from '../model/event-source.ts';
import type { Region } from '../model/region.ts';
import type { EventIndex } from './event-index.ts';

/**
 * Sequences of the region's events, in order or reversed. Sees the events that were visible when
 * the iteration began.
 */
export function* querySequences(
  index: EventIndex,
  region: Region,
  options: QueryOptions,
): Generator<number> {
  const reverse = options.reverse === true;
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const bounds = boundsOf(index.count, options.after, reverse);
  const candidates =
    region.entityMatch.mode === 'exact'
      ? entitySequences(index, region, region.entityMatch.text, bounds, reverse)
      : allSequences(index, bounds, reverse);
  const matches = matcherOf(index, region);
  let found = 0;
  if (limit === 0) return;
  for (const sequence of candidates) {
    if (!matches(sequence)) continue;
    yield sequence;
    found += 1;
    if (found === limit) return;
  }
}

/** Sequences from `from` up to, not including, `to`. */
interface Bounds {
  readonly from: number;
  readonly to: number;
}

function boundsOf(count: number, after: number | undefined, reverse: boolean): Bounds {
  if (after === undefined) return { from: 0, to: count };
  return reverse ? { from: 0, to: Math.min(after, count) } : { from: after + 1, to: count };
}

function* allSequences(
  index: EventIndex,
  { from, to }: Bounds,
  reverse: boolean,
): Generator<number> {
  if (index.holes.total > 0) yield* outsideHoles(index, { from, to }, reverse);
  else if (reverse) for (let sequence = to - 1; sequence >= from; sequence -= 1) yield sequence;
  else for (let sequence = from; sequence < to; sequence += 1) yield sequence;
}

function* outsideHoles(
  { holes }: EventIndex,
  { from, to }: Bounds,
  reverse: boolean,
): Generator<number> {
  // From hole to hole: to look at each sequence of a gap of billions would take minutes.
  let next = reverse ? to - 1 : from;
  while (reverse ? next >= from : next < to) {
    if (holes.has(next)) next = reverse ? holes.startOf(next) - 1 : holes.endOf(next);
    else {
      yield next;
      next += reverse ? -1 : 1;
    }
  }
}

function* entitySequences(
  index: EventIndex,
  region: Region,
  entity: string,
  bounds: Bounds,
  reverse: boolean,
): Generator<number> {
  const { from, to } = bounds;
  const { lane } = region;
  const streams =
    lane === undefined ? index.entities.allOf(entity) : [index.entities.find(entity, lane) ?? -1];
  const [only = -1] = streams;
  if (streams.length > 1) {
    yield* mergedSequences(index, streams, bounds, reverse);
    return;
  }
  if (only < 0) return;
  const { columns } = index;
  let sequence = index.heads.sequence(only);
  while (sequence >= to) sequence = columns.previous(sequence);
  if (reverse) {
    for (; sequence >= from; sequence = columns.previous(sequence)) yield sequence;
    return;
  }
  // The columns link backwards only, so the way forward is gathered first: 4 bytes an event.
  const count = sequence < from ? 0 : Math.min(columns.clock(sequence) + 1, index.eventCount);
  const backwards = new Uint32Array(count);
  let gathered = 0;
  for (; sequence >= from; sequence = columns.previous(sequence)) {
    backwards[gathered] = sequence;
    gathered += 1;
  }
  for (let at = gathered - 1; at >= 0; at -= 1) yield backwards[at] ?? 0;
}

/** Sequences of several streams of one entity: its lanes. Gathered first, 8 bytes an event. */
function* mergedSequences(
  index: EventIndex,
  streams: readonly number[],
  { from, to }: Bounds,
  reverse: boolean,
): Generator<number> {
  const { columns, heads } = index;
  const sequences: number[] = [];
  for (const stream of streams) {
    let sequence = heads.sequence(stream);
    for (; sequence >= from; sequence = columns.previous(sequence)) {
      if (sequence < to) sequences.push(sequence);
    }
  }
  sequences.sort((left, right) => (reverse ? right - left : left - right));
  yield* sequences;
}

function matcherOf(index: EventIndex, region: Region): (sequence: number) => boolean {
  const { columns, entities } = index;
  const scopeId = region.scope === undefined ? undefined : index.scopes.find(region.scope);
  if (region.scope !== undefined && scopeId === undefined) return () => false;
  const { mode } = region.entityMatch;
  // What picks the candidates by stream needs no second look at it.
  const anyStream = mode === 'exact' || (mode === 'any' && region.lane === undefined);
  // Entities are many fewer than events: each is judged once.
  const judged = new Map<number, boolean>();
  const matchesEntity = (entityId: number): boolean => {
    const known = judged.get(entityId);
    if (known !== undefined) return known;
    const verdict =
      region.matchesEntity(entities.entity(entityId)) &&
      region.matchesLane(entities.lane(entityId));
    judged.set(entityId, verdict);
    return verdict;
  };
  return (sequence) =>
    (scopeId === undefined || columns.scopeId(sequence) === scopeId) &&
    region.matchesKind(columns.kind(sequence)) &&
    region.matchesClock(columns.clock(sequence)) &&
    (anyStream || matchesEntity(columns.entityId(sequence)));
}
