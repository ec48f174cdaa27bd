import type { SegmentLink } from '../../codec/segment-header.ts';
import type { Hole } from '../../indexes/hole-table.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import { withSegment } from '../segment-opening.ts';
import { type ChainPlace, missingPlace, type SalvageChain } from './salvage-chain.ts';
import { type PlannedGap, SalvageJudge } from './salvage-judge.ts';
import { type LogTime, UnitReader } from './salvage-units.ts';

/** Bytes of a file, from `offset` on. */
export interface LostBytes {
  readonly offset: number;
  readonly bytes: number;
}

/** What a rewritten segment is made of: frames of the old file, and records of what is lost. */
export type SalvagePiece =
  | { readonly type: 'frames'; readonly start: number; readonly end: number }
  | { readonly type: 'gap'; readonly gap: PlannedGap };

/** What is to become of one segment of a damaged log. */
export interface SegmentPlan {
  readonly place: ChainPlace;
  readonly firstSequence: number;
  readonly nextSequence: number;
  /** How the segment behind it names its end; `undefined` when none does. */
  readonly link: SegmentLink | undefined;
  readonly epoch: number;
  readonly pieces: readonly SalvagePiece[];
  readonly lostBytes: readonly LostBytes[];
  readonly lostSequences: readonly Hole[];
  /** Position after the last frame that counts. */
  readonly end: number;
  /** What is wrong with it; nothing: it stays as it is. */
  readonly damage: readonly string[];
}

/** What is to become of a damaged log. */
export interface SalvagePlan {
  readonly segments: readonly SegmentPlan[];
  /** Time of a record behind its last one. */
  readonly endTime: LogTime;
}

/** What is known of the log's end from elsewhere: all of that was durable once. */
export interface KnownEnd {
  /** Its last segment. */
  readonly segmentId: number;
  /** Sequence behind its last event. */
  readonly nextSequence: number;
}

/**
 * Walks along the whole log and finds out what can be kept of each segment.
 *
 * @param known what was there at least
 * @param begun time of the last event before the chain, if it continues another log
 * @returns `undefined` when headers and frames can't be reconciled
 * @throws {StorageError}
 */
export function planSalvage(
  files: Files,
  chain: SalvageChain,
  salt: number,
  known?: KnownEnd,
  begun?: LogTime,
): SalvagePlan | undefined {
  const { hashChain, continued } = chain;
  const places = withEnd(chain.places, known);
  const first = places[0]?.header?.firstSequence ?? 0;
  const judge = new SalvageJudge(first, hashChain, continued, begun);
  const epochs = places.flatMap(({ header }) => header?.epoch ?? []);
  let epoch = epochs.length === 0 ? 0 : Math.min(...epochs);
  const plans: SegmentPlan[] = [];
  for (const [index, place] of places.entries()) {
    const follower = places[index + 1];
    const planner = new SegmentPlanner(place, linkTo(place, follower), judge, epoch);
    if (place.file !== undefined) {
      withSegment(files, place.file.path, (handle, sizeBytes) =>
        planner.read(handle, sizeBytes, salt),
      );
    }
    const plan = planner.plan(follower === undefined ? known?.nextSequence : undefined);
    if (plan === undefined) return undefined;
    plans.push(plan);
    epoch = plan.epoch;
  }
  return { segments: plans, endTime: judge.nextTime };
}

function withEnd(
  places: readonly ChainPlace[],
  known: KnownEnd | undefined,
): readonly ChainPlace[] {
  const last = places.at(-1)?.id ?? 0;
  return known === undefined || known.segmentId <= last
    ? places
    : [...places, missingPlace(known.segmentId)];
}

function linkTo(place: ChainPlace, follower: ChainPlace | undefined): SegmentLink | undefined {
  const link = follower?.header?.previous;
  return link?.segmentId === place.id ? link : undefined;
}

class SegmentPlanner {
  readonly #place: ChainPlace;
  readonly #link: SegmentLink | undefined;
  readonly #judge: SalvageJudge;
  readonly #epoch: number;
  readonly #firstSequence: number;
  readonly #pieces: SalvagePiece[] = [];
  readonly #lostBytes: LostBytes[] = [];
  readonly #lostSequences: Hole[] = [];
  readonly #damage: string[] = [];
  #late = false;
  /** Whether events lie where, by the header behind them, there were none. */
  #contradicted = false;
  #end: number;

  constructor(
    place: ChainPlace,
    link: SegmentLink | undefined,
    judge: SalvageJudge,
    epochBefore: number,
  ) {
    const { header } = place;
    this.#place = place;
    this.#link = link;
    this.#judge = judge;
    this.#firstSequence = judge.next;
    this.#epoch = Math.max(epochBefore, header?.epoch ?? 0);
    this.#end = header === undefined ? 0 : place.headerBytes;
    if (place.file === undefined) this.#damage.push('the file is missing');
    else if (header === undefined) this.#damage.push('the header is damaged');
    else if (!place.sound) this.#damage.push('the header or the name is damaged');
    if (header !== undefined && header.firstSequence !== judge.next) {
      this.#damage.push('the header tells another first sequence');
    }
    if (header !== undefined && header.epoch < epochBefore) {
      this.#damage.push('the header tells an epoch that was over');
    }
  }

  /** Looks for what is whole in the file, and fits. */
  read(handle: FileHandle, sizeBytes: number, salt: number): void {
    const { headerBytes, header } = this.#place;
    const link = this.#link;
    // A rewritten segment isn't known by its own end, but by that of the one it stands for.
    const known = header?.replaces === undefined ? link?.validBytes : undefined;
    const limit = Math.min(sizeBytes, known ?? sizeBytes);
    const uselessTo = this.#readUnits(new UnitReader(handle, headerBytes, limit, salt));
    this.#contradicted = this.#late;
    if (link !== undefined && this.#judge.next < link.nextSequence && limit < sizeBytes) {
      // Bytes that were put in may have pushed the last frames beyond where it ended.
      this.#readUnits(new UnitReader(handle, Math.max(this.#end, headerBytes), sizeBytes, salt));
    }
    // What is no whole frame at the end of the log may never have been written.
    this.#loseBytesUpTo(link === undefined ? uselessTo : limit);
    if (limit < (known ?? 0)) this.#damage.push('the file is too short');
  }

  /** Takes all units that fit. @returns position after the last whole frame that doesn't */
  #readUnits(reader: UnitReader): number {
    const judge = this.#judge;
    const end = this.#link?.nextSequence ?? Number.POSITIVE_INFINITY;
    let misfitEnd = 0;
    for (let unit = reader.next(judge.next); unit; unit = reader.next(judge.next)) {
      const late = unit.to > end;
      this.#late ||= late;
      const misfit = late ? 'a sequence of the segment behind it' : judge.misfit(unit);
      if (misfit !== undefined) {
        this.#damage.push(misfit);
        misfitEnd = unit.end;
        continue;
      }
      this.#loseBytesUpTo(unit.offset);
      if (unit.from > judge.next) this.#lose(unit.from);
      judge.take(unit);
      this.#keep(unit.offset, unit.end);
    }
    return Math.max(misfitEnd, reader.unusableEnd);
  }

  /** @param known sequence up to which there were events, if the segment is the last */
  plan(known = 0): SegmentPlan | undefined {
    const link = this.#link;
    const judge = this.#judge;
    if (known > judge.next) this.#lose(known);
    if (this.#contradicted) return undefined;
    if (link !== undefined) {
      if (link.nextSequence < judge.next) return undefined;
      if (link.nextSequence > judge.next) this.#lose(link.nextSequence);
    }
    if (this.#lostBytes.length > 0) this.#damage.push('bytes are damaged');
    return {
      place: this.#place,
      firstSequence: this.#firstSequence,
      nextSequence: judge.next,
      link,
      epoch: this.#epoch,
      pieces: this.#pieces,
      lostBytes: this.#lostBytes,
      lostSequences: this.#lostSequences,
      end: this.#end,
      damage: [...new Set(this.#damage)],
    };
  }

  #keep(start: number, end: number): void {
    this.#end = end;
    const last = this.#pieces.at(-1);
    if (last?.type === 'frames' && last.end === start) {
      this.#pieces[this.#pieces.length - 1] = { ...last, end };
    } else this.#pieces.push({ type: 'frames', start, end });
  }

  #lose(to: number): void {
    const gap = this.#judge.lose(to);
    this.#pieces.push({ type: 'gap', gap });
    this.#lostSequences.push({ from: gap.from, count: gap.count });
    this.#damage.push('events are lost');
  }

  #loseBytesUpTo(offset: number): void {
    if (offset <= this.#end) return;
    this.#lostBytes.push({ offset: this.#end, bytes: offset - this.#end });
    this.#end = offset;
  }
}
