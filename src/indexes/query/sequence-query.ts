import type { QueryOptions } from '../../model/event-source.ts';
import { categoryOf } from '../../model/kind.ts';
import type { Region } from '../../model/region.ts';
import type { EventIndex } from '../event-index.ts';
import type { Bounds, Candidates } from './candidates.ts';
import { IdPick, type IdTest } from './id-pick.ts';
import { MergedCandidates } from './merged-candidates.ts';
import { PageCandidates } from './page-candidates.ts';
import type { RegionPicks } from './page-choice.ts';
import { RowFilter } from './row-filter.ts';
import { StreamCandidates } from './stream-candidates.ts';
import { StreamVerdicts } from './stream-verdicts.ts';
import { TilePick } from './tile-pick.ts';

/**
 * A query for one event looks at few; one for all of them wants long loops. Up to 64 bytes V8 keeps
 * a typed array on its heap, which takes a tenth of the microsecond that another one takes.
 */
const chunkLengthMin = 16;
const chunkLengthMax = 1024;
const any = -1;

/**
 * Sequences of the region's events, in order or reversed, a chunk of them at a time. Sees the
 * events that were visible when it was made. It holds nothing that must be released.
 */
export class SequenceQuery {
  /** Where {@link SequenceQuery.fill} puts sequences; another array as chunks grow. */
  chunk: Uint32Array;
  readonly #candidates: Candidates | undefined;
  readonly #filter: RowFilter;
  #left: number;
  /** Whether there were as many candidates as the chunk has room for: there may be many more. */
  #wasFull = false;

  constructor(index: EventIndex, region: Region, options: QueryOptions) {
    const reverse = options.reverse === true;
    const bounds = boundsOf(index.count, options, reverse);
    const parts = partsOf(index, region);
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
    this.#candidates = candidatesOf(index, region, parts, bounds, reverse);
    this.#filter = new RowFilter(index, region, parts.scopeId, parts.verdicts);
    this.chunk = new Uint32Array(chunkLengthMin);
  }

  /** Puts the next sequences into the chunk. @returns how many; 0 at the end */
  fill(): number {
    const candidates = this.#candidates;
    if (candidates === undefined || this.#left === 0) return 0;
    for (;;) {
      const count = candidates.next(this.chunk, this.chunk.length);
      this.#wasFull = count === this.chunk.length;
      if (count === 0) {
        this.#left = 0;
        return 0;
      }
      const kept = this.#filter.keep(this.chunk, count);
      if (kept < count) candidates.refused(count - kept);
      if (kept === 0) {
        this.#grow();
        continue;
      }
      const given = Math.min(kept, this.#left);
      this.#left -= given;
      return given;
    }
  }

  /** Makes the next chunks larger if that may pay. What stands in this one is lost. */
  grow(): void {
    if (this.#wasFull && this.#left > this.chunk.length) this.#grow();
  }

  #grow(): void {
    const { length } = this.chunk;
    if (length < chunkLengthMax) this.chunk = new Uint32Array(Math.min(length * 4, chunkLengthMax));
  }
}

/** What a region asks for, in the numbers of the index. */
export interface RegionPartsInIndex {
  /** Number of the scope; -1 for every scope. */
  readonly scopeId: number;
  /** Whether nothing can lie in the region: it names a scope that no event bears. */
  readonly impossible: boolean;
  /** The streams of the one entity that is asked for, or `undefined` for others. */
  readonly streams: readonly number[] | undefined;
  /** Which streams are in the region; `undefined` when all are, or `streams` tells. */
  readonly verdicts: StreamVerdicts | undefined;
}

/** Looks up what the region names. */
export function partsOf(index: EventIndex, region: Region): RegionPartsInIndex {
  const { entities, scopes } = index;
  const { entityMatch, lane, scope } = region;
  const scopeId = scope === undefined ? any : scopes.find(scope);
  const impossible = scopeId === undefined;
  const { mode } = entityMatch;
  const streams = mode === 'exact' ? streamsOf(index, entityMatch.text, lane) : undefined;
  const everyStream = mode === 'exact' || (mode === 'any' && lane === undefined);
  const verdicts = everyStream ? undefined : new StreamVerdicts(entities, region);
  return { scopeId: scopeId ?? any, impossible, streams, verdicts };
}

function streamsOf(
  { entities }: EventIndex,
  entity: string,
  lane: number | undefined,
): readonly number[] {
  if (lane === undefined) return entities.allOf(entity);
  const stream = entities.find(entity, lane);
  return stream === undefined ? [] : [stream];
}

/** Sequences that a query can find, by where it begins and ends. */
export function boundsOf(count: number, { after, before }: QueryOptions, reverse: boolean): Bounds {
  const above = reverse ? before : after;
  const below = reverse ? after : before;
  const from = above === undefined ? 0 : above + 1;
  return { from, to: below === undefined ? count : Math.min(below, count) };
}

function candidatesOf(
  index: EventIndex,
  region: Region,
  parts: RegionPartsInIndex,
  bounds: Bounds,
  reverse: boolean,
): Candidates | undefined {
  if (parts.impossible || bounds.from >= bounds.to) return undefined;
  const { streams } = parts;
  if (streams === undefined) {
    const picks = picksOf(index, region, parts);
    return new PageCandidates(index.holes, picks, bounds, reverse);
  }
  const each = streams.map(
    (stream) => new StreamCandidates(index, stream, bounds, reverse, region.clock),
  );
  return each.length > 1 ? new MergedCandidates(each, reverse) : each[0];
}

/** The parts of a region that views can answer. */
export function picksOf(
  { views }: EventIndex,
  region: Region,
  { scopeId, verdicts }: RegionPartsInIndex,
): RegionPicks {
  const picks: IdPick[] = [];
  const { kind, category } = region;
  if (kind !== undefined) picks.push(new IdPick(views.kinds, kind, everyId));
  else if (category !== undefined) {
    const holds = (id: number): boolean => categoryOf(id) === category;
    picks.push(new IdPick(views.kinds, any, { holds }));
  }
  if (scopeId !== any) picks.push(new IdPick(views.scopes, scopeId, everyId));
  if (verdicts !== undefined) picks.push(new IdPick(views.entities, any, verdicts));
  return { postings: picks, tiles: TilePick.of(views.tiles, region, scopeId) };
}

const everyId: IdTest = { holds: () => true };
