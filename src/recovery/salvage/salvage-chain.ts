import type { DecodedSegmentHeader, SegmentHeader } from '../../codec/segment-header.ts';
import { UnsupportedVersionError } from '../../model/errors/corruption-errors.ts';
import type { Files } from '../../model/files.ts';
import {
  type listSegments,
  readFileStart,
  readSegmentHeader,
  type SegmentFile,
  withSegment,
} from '../segment-opening.ts';
import { gaveWay } from '../survey.ts';
import { mendHeader } from './mend-header.ts';

/** Where a segment belongs in a damaged log, and what there is of it. */
export interface ChainPlace {
  readonly id: number;
  /** The file that holds it; `undefined` when there is none. */
  readonly file: SegmentFile | undefined;
  readonly sizeBytes: number;
  /** What it says of itself, mended where one bit had changed; `undefined` when it is lost. */
  readonly header: SegmentHeader | undefined;
  /** Where its frames begin, or may begin at the earliest. */
  readonly headerBytes: number;
  /** Whether the file bears the right name and its header is as it was written. */
  readonly sound: boolean;
}

/** The segments of a damaged log, each of which follows on the one before. */
export interface SalvageChain {
  readonly storeId: Uint8Array;
  readonly hashChain: boolean;
  /** In the order of the log, with a place for each segment that must have been there. */
  readonly places: readonly ChainPlace[];
  /** Files that are no part of it: of another store, or twice there. */
  readonly strays: readonly SegmentFile[];
  /** Whether segments of version 1 come before it, of whose events nothing is known here. */
  readonly continued: boolean;
}

/** Bytes before a header's map: a frame can't begin earlier. */
const preambleBytes = 8;
const chainLengthMax = 1_000_000;

interface Candidate extends ChainPlace {
  readonly file: SegmentFile;
  readonly cutOff: boolean;
}

/**
 * Puts the segments of a damaged directory in order, by what their headers say of themselves and of
 * the segment before them.
 *
 * @returns `undefined` when no header tells which store it is, or where it begins
 * @throws {StorageError}
 * @throws {UnsupportedVersionError} when a segment is of a later version
 */
export function chainOf(
  files: Files,
  listing: ReturnType<typeof listSegments>,
): SalvageChain | undefined {
  const candidates: Candidate[] = [];
  const foreign = new Set<number>();
  for (const file of [...listing.segments, ...listing.superseded]) {
    const candidate = candidateOf(files, file);
    if (candidate === 'version 1') foreign.add(file.id);
    else candidates.push(candidate);
  }
  const storeId = commonStore(candidates);
  const origin = candidates.find(({ header }) => header && idText(header.storeId) === storeId);
  if (storeId === undefined || origin?.header === undefined) return undefined;
  const ours = candidates.filter(({ header }) => !header || idText(header.storeId) === storeId);
  const byId = chosenById(ours);
  const places = linked(byId, foreign);
  const continued = foreign.size > 0;
  // Only that header told which sequence comes behind the version before.
  if (continued && places[0]?.header === undefined) return undefined;
  const kept = new Set(places.map(({ file }) => file));
  const strays = candidates.filter((one) => !kept.has(one.file) && isStray(one, places, storeId));
  return {
    storeId: origin.header.storeId,
    hashChain: origin.header.hashChain,
    places,
    strays: strays.map(({ file }) => file),
    continued,
  };
}

function candidateOf(files: Files, file: SegmentFile): Candidate | 'version 1' {
  return withSegment(files, file.path, (handle, sizeBytes): Candidate | 'version 1' => {
    const known = { id: file.id, file, sizeBytes, cutOff: false };
    const found = (decoded: DecodedSegmentHeader, sound: boolean): Candidate => {
      const { header, bytes } = decoded;
      const id = header.segmentId;
      return { ...known, id, header, headerBytes: bytes, sound: sound && id === file.id };
    };
    try {
      const decoded = readSegmentHeader(handle, sizeBytes, file.path);
      if (typeof decoded === 'object') return found(decoded, true);
      const cutOff = decoded === 'cut off';
      const mended = mendHeader(readFileStart(handle, sizeBytes), file.path);
      if (mended !== undefined) return found(mended, false);
      return { ...known, cutOff, header: undefined, headerBytes: preambleBytes, sound: false };
    } catch (cause) {
      if (!(cause instanceof UnsupportedVersionError)) throw cause;
      const mended = mendHeader(readFileStart(handle, sizeBytes), file.path);
      if (mended !== undefined) return found(mended, false);
      if (cause.version === 1) return 'version 1';
      throw cause;
    }
  });
}

/** The store that most headers name; `undefined` when there is none, or two have as many. */
function commonStore(candidates: readonly Candidate[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { header } of candidates) {
    if (header === undefined) continue;
    const store = idText(header.storeId);
    counts.set(store, (counts.get(store) ?? 0) + 1);
  }
  const [first, second] = [...counts].sort(([, left], [, right]) => right - left);
  return first?.[1] === second?.[1] ? undefined : first?.[0];
}

/** One file for each segment: that which bears its name, and of these the highest revision. */
function chosenById(candidates: readonly Candidate[]): Map<number, Candidate> {
  const byId = new Map<number, Candidate>();
  const rank = ({ id, file }: Candidate): number => (id === file.id ? file.revision + 1 : 0);
  for (const candidate of candidates) {
    const other = byId.get(candidate.id);
    if (other === undefined || rank(candidate) > rank(other)) byId.set(candidate.id, candidate);
  }
  return byId;
}

/** Follows the links from the last segment back to the first that is not `foreign`. */
function linked(byId: ReadonlyMap<number, Candidate>, foreign: ReadonlySet<number>): ChainPlace[] {
  const usable = [...byId.values()]
    .filter(({ cutOff }) => !cutOff)
    .sort((left, right) => right.id - left.id);
  const places: ChainPlace[] = [];
  let place: ChainPlace | undefined = usable[0];
  while (place !== undefined && places.length < chainLengthMax) {
    places.push(place);
    const named = place.header?.previous?.segmentId;
    if (named !== undefined && foreign.has(named)) break;
    place = before(place, byId, usable);
  }
  return places.reverse();
}

function before(
  place: ChainPlace,
  byId: ReadonlyMap<number, Candidate>,
  usable: readonly Candidate[],
): ChainPlace | undefined {
  const { id, header } = place;
  if (header === undefined) {
    // Nothing names it: the nearest one that holds anything.
    return usable.find((one) => one.id < id && one.sizeBytes > one.headerBytes);
  }
  const named = header.previous?.segmentId;
  if (named === undefined || named >= id) return undefined;
  return byId.get(named) ?? missingPlace(named);
}

/** The place of a segment of which there is no file. */
export function missingPlace(id: number): ChainPlace {
  const nothing = { file: undefined, sizeBytes: 0, header: undefined };
  return { id, ...nothing, headerBytes: 0, sound: false };
}

/** Whether a file that has no place in the chain is in its way. */
function isStray(one: Candidate, places: readonly ChainPlace[], storeId: string): boolean {
  const { header, cutOff, file, id } = one;
  const outdated = places.some((place) => place.file && place.id === id && place.file !== file);
  if (cutOff) return outdated;
  if (header === undefined || idText(header.storeId) !== storeId || outdated) return true;
  const empty = one.sizeBytes === one.headerBytes;
  const left = places.some((place) => {
    if (place.header === undefined || place.id <= id) return false;
    return gaveWay({ id, header, empty }, { id: place.id, header: place.header, empty: false });
  });
  return !left && !empty;
}

function idText(storeId: Uint8Array): string {
  return Buffer.from(storeId).toString('hex');
}
