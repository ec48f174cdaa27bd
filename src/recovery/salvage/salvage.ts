import type { SegmentHeader } from '../../codec/segment-header.ts';
import { EventIndex } from '../../indexes/event-index.ts';
import type { Hole } from '../../indexes/hole-table.ts';
import { formatSegmentName, unfinishedSuffix } from '../../log/segment-name.ts';
import {
  CorruptSegmentError,
  UnsupportedVersionError,
} from '../../model/errors/corruption-errors.ts';
import type { Files } from '../../model/files.ts';
import { translateSystemError } from '../../platform/system-error.ts';
import { imageFileName, readImage } from '../image/image-file.ts';
import { idempotencyFileName } from '../keys/idempotency-file.ts';
import { readRustLog, segmentsByOrigin } from '../rust/rust-log.ts';
import { listSegments, type SegmentListing } from '../segment-opening.ts';
import { saltOf } from '../store-salt.ts';
import { type QuarantinedFile, quarantineFile } from './quarantine.ts';
import { chainOf, type SalvageChain } from './salvage-chain.ts';
import {
  type KnownEnd,
  type LostBytes,
  planSalvage,
  type SalvagePlan,
  type SegmentPlan,
} from './salvage-plan.ts';
import { rewriteSegment } from './salvage-rewrite.ts';
import type { LogTime } from './salvage-units.ts';

/**
 * Makes a damaged log one that the strict reading takes, without losing what is whole in it.
 *
 * A damaged segment is written anew as its next revision; the file it was goes into quarantine, and
 * so do files that are no part of the log, and what was derived from the log as it was before.
 * Killed between any two steps, the next opening is right: new revisions are whole and synced
 * before they get their names, they get them one after the other in the order of the log, and only
 * then are the old ones put away, and what was derived from them, which is of no use beside a new
 * revision.
 * Until the last one has its name the log stays damaged for the strict reading, and a salvage goes
 * on where this one was cut short.
 */

/** What became of one damaged segment. */
export interface SalvagedSegment {
  readonly segmentId: number;
  /** The damaged file; `undefined` when it was missing. */
  readonly path: string | undefined;
  /** Where that file is now. */
  readonly quarantinePath: string | undefined;
  /** The file that stands for it. */
  readonly replacedBy: string;
  /** What was wrong with it, in a few words each. */
  readonly damage: readonly string[];
  /** Bytes of the damaged file that are in no frame that was kept. */
  readonly lostBytes: readonly LostBytes[];
  /** Sequences of the events that are lost. */
  readonly lostSequences: readonly Hole[];
}

/** What a salvage did. */
export interface SalvageReport {
  readonly segments: readonly SalvagedSegment[];
  /** Files that were put away without another in their place. */
  readonly putAway: readonly QuarantinedFile[];
}

const attemptsMax = 3;

/** How a log is read strictly. */
export interface StrictReading<Log> {
  /** Reads every frame: what an image or a footer says of them doesn't count. */
  readonly readAll: () => void;
  /** Reads it the usual way. */
  readonly read: () => Log;
}

/**
 * Reads the log, and salvages what it can when that ends in damage.
 *
 * @param nowUs time of the new headers, in microseconds
 * @throws {CorruptSegmentError} the one it had, when the damage can't be put right
 * @throws {StorageError} {@link DiskFullError}
 */
export function readOrSalvage<Log>(
  files: Files,
  directory: string,
  { readAll, read }: StrictReading<Log>,
  nowUs: number,
): { readonly log: Log; readonly salvage: SalvageReport | undefined } {
  let report: SalvageReport | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      readAll();
      return { log: read(), salvage: report };
    } catch (cause) {
      if (!isDamage(cause) || attempt > attemptsMax) throw cause;
      const done = salvageLog(files, directory, nowUs);
      if (done === undefined) throw cause;
      report = {
        segments: [...(report?.segments ?? []), ...done.segments],
        putAway: [...(report?.putAway ?? []), ...done.putAway],
      };
    }
  }
}

/**
 * Puts away what an interrupted salvage left behind: lower revisions go into quarantine, new ones
 * that were never finished are removed. Nothing of the log is in either.
 *
 * @throws {StorageError} {@link DiskFullError}
 */
export function putLeftoversAway(files: Files, directory: string): QuarantinedFile[] {
  const { superseded, unfinished } = listSegments(files, directory);
  for (const path of unfinished) removeFile(files, path);
  return superseded.map(({ path }) => quarantineFile(files, directory, path));
}

/** @returns `undefined` when there is nothing that a salvage can put right */
function salvageLog(files: Files, directory: string, nowUs: number): SalvageReport | undefined {
  const listing = listSegments(files, directory);
  const chain = chainOf(files, listing);
  if (chain === undefined) return undefined;
  const salt = saltOf(chain.storeId);
  const begun = chain.continued ? foreignTime(files, directory, listing) : undefined;
  if (chain.continued && begun === undefined) return undefined;
  const plan = planSalvage(files, chain, salt, endInImage(files, directory, chain), begun);
  if (plan === undefined) return undefined;
  const damaged = plan.segments.filter(({ damage }) => damage.length > 0);
  const derived = derivedFiles(files, directory);
  // An image can be what the log was found to lack something of.
  const image = derived.some((path) => path.endsWith(`/${imageFileName}`));
  if (damaged.length + chain.strays.length === 0 && !image) return undefined;
  for (const path of listing.unfinished) removeFile(files, path);
  const names = writeRevisions(files, directory, { chain, plan, salt, nowUs, listing });
  for (const path of names.values()) nameFinished(files, directory, path);
  // Only now: an image may be all that knows of events which the segments lack.
  const putAway = derived.map((path) => quarantineFile(files, directory, path));
  const quarantined = new Map<string, string>();
  for (const path of oldFiles(damaged, chain)) {
    const { quarantinePath } = quarantineFile(files, directory, path);
    quarantined.set(path, quarantinePath);
  }
  const segments = damaged.map((one) => reportOf(one, names, quarantined));
  for (const { path } of segments) if (path !== undefined) quarantined.delete(path);
  for (const [path, quarantinePath] of quarantined) putAway.push({ path, quarantinePath });
  return { segments, putAway };
}

/** What the image of the last close knows: its sequences must not be given once more. */
function endInImage(
  files: Files,
  directory: string,
  { storeId }: SalvageChain,
): KnownEnd | undefined {
  const image = readImage(files, directory, storeId);
  if (typeof image !== 'object') return undefined;
  const { segments, nextSequence } = image.summary;
  return { segmentId: segments.at(-1)?.id ?? 0, nextSequence };
}

/** When the version before wrote its last event; `undefined` when its own segments are damaged. */
function foreignTime(
  files: Files,
  directory: string,
  { segments }: SegmentListing,
): LogTime | undefined {
  try {
    const { rust } = segmentsByOrigin(files, segments);
    const { timestampUs, counter } = readRustLog(files, directory, rust, new EventIndex(0));
    return { timestampUs, counter };
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    return undefined;
  }
}

interface RevisionInput {
  readonly chain: SalvageChain;
  readonly plan: SalvagePlan;
  readonly salt: number;
  readonly nowUs: number;
  readonly listing: SegmentListing;
}

/** Writes new revisions under names that nobody reads yet. @returns final paths by segment id */
function writeRevisions(
  files: Files,
  directory: string,
  { chain, plan, salt, nowUs, listing }: RevisionInput,
): Map<number, string> {
  const names = new Map<number, string>();
  const epochMax = Math.max(...plan.segments.map(({ epoch }) => epoch));
  let before: { readonly plan: SegmentPlan; readonly bytes: number } | undefined;
  for (const one of plan.segments) {
    if (one.damage.length === 0) {
      before = { plan: one, bytes: one.end };
      continue;
    }
    const last = one === plan.segments.at(-1);
    const { id } = one.place;
    const { storeId, hashChain } = chain;
    const header: SegmentHeader = {
      ...{ segmentId: id, createdNs: BigInt(nowUs) * 1000n, storeId, hashChain },
      // What was derived from the log as it was is bound to its epoch.
      epoch: last ? epochMax + 1 : one.epoch,
      firstSequence: one.firstSequence,
      previous: one.place.header?.previous ?? linkOf(before),
      ...(one.link === undefined ? {} : { replaces: one.link }),
    };
    const path = `${directory}/${formatSegmentName(id, revisionOf(id, listing) + 1)}`;
    const reason = one.damage.join(', ');
    const cleanTime = last ? plan.endTime : undefined;
    const rewrite = { plan: one, header, salt, reason, cleanTime };
    const bytes = rewriteSegment(files, path + unfinishedSuffix, rewrite);
    names.set(id, path);
    before = { plan: one, bytes };
  }
  return names;
}

function linkOf(
  before: { readonly plan: SegmentPlan; readonly bytes: number } | undefined,
): SegmentHeader['previous'] {
  if (before === undefined) return undefined;
  const { place, nextSequence } = before.plan;
  return { segmentId: place.id, validBytes: before.bytes, nextSequence };
}

/** Highest revision of a segment that there is a file of; 0 when it is missing, too. */
function revisionOf(id: number, { segments, superseded }: SegmentListing): number {
  const revisions = [...segments, ...superseded].filter((file) => file.id === id);
  return Math.max(0, ...revisions.map(({ revision }) => revision));
}

/** Gives a finished file its name, and makes that durable before the next one gets its own. */
function nameFinished(files: Files, directory: string, path: string): void {
  try {
    files.rename(path + unfinishedSuffix, path);
    files.syncDirectory(directory);
  } catch (cause) {
    throw translateSystemError('rename', path, cause);
  }
}

function oldFiles(damaged: readonly SegmentPlan[], { strays }: SalvageChain): Set<string> {
  const paths = damaged.flatMap(({ place }) => place.file?.path ?? []);
  return new Set([...paths, ...strays.map(({ path }) => path)]);
}

function derivedFiles(files: Files, directory: string): string[] {
  return [imageFileName, idempotencyFileName]
    .map((name) => `${directory}/${name}`)
    .filter((path) => existing(files, path));
}

function reportOf(
  { place, damage, lostBytes, lostSequences }: SegmentPlan,
  names: ReadonlyMap<number, string>,
  quarantined: ReadonlyMap<string, string>,
): SalvagedSegment {
  const path = place.file?.path;
  return {
    segmentId: place.id,
    path,
    quarantinePath: path === undefined ? undefined : quarantined.get(path),
    replacedBy: names.get(place.id) ?? '',
    ...{ damage, lostBytes, lostSequences },
  };
}

function existing(files: Files, path: string): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch (cause) {
    throw translateSystemError('stat', path, cause);
  }
}

function removeFile(files: Files, path: string): void {
  try {
    files.remove(path);
  } catch (cause) {
    throw translateSystemError('remove', path, cause);
  }
}

function isDamage(cause: unknown): boolean {
  return cause instanceof CorruptSegmentError || cause instanceof UnsupportedVersionError;
}
