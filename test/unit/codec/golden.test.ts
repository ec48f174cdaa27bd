import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sliceBytes } from '../../../src/codec/bytes.ts';
import { encodeCursorState } from '../../../src/codec/cursor-state.ts';
import { encodeExtensions } from '../../../src/codec/extensions.ts';
import { checksum, frameHeaderBytes } from '../../../src/codec/frame.ts';
import { encodeGap } from '../../../src/codec/gap.ts';
import { digest16, genesisHash, hashOf } from '../../../src/codec/hash-chain.ts';
import { encodeKeyCheckpoint } from '../../../src/codec/key-checkpoint.ts';
import { encodePayload } from '../../../src/codec/payload.ts';
import {
  type EncodedRecord,
  encodeRecord,
  frameBytesMax,
  RecordDraft,
} from '../../../src/codec/record.ts';
import { eventIdAt, hashedFrom, recordTypes } from '../../../src/codec/record-layout.ts';
import { encodeRememberedReceipt } from '../../../src/codec/remembered-receipt.ts';
import { encodeSegmentHeader } from '../../../src/codec/segment-header.ts';
import { writeId, writeUuid7 } from '../../../src/model/event-id.ts';
import { systemKinds } from '../../../src/model/kind.ts';
import { Region } from '../../../src/model/region.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { readIdempotencyFile } from '../../../src/recovery/keys/idempotency-file.ts';
import { recoverLog } from '../../../src/recovery/ladder.ts';
import { RecoverySteps } from '../../../src/recovery/recovery-steps.ts';
import { saltOf, seedOf } from '../../../src/recovery/store-salt.ts';
import { verifyLog } from '../../../src/recovery/verify/verify.ts';
import { goldenCursor } from '../../support/golden-cursor.ts';
import { goldenFooter, goldenImage, goldenKeyHash } from '../../support/golden-index.ts';

/**
 * The bytes on the disk, for fixed inputs. They may change with a new format version only: a change
 * here means that stores in the field can't be read any more.
 *
 * `BATPAK_UPDATE_GOLDEN=1 npx vitest run test/unit/codec/golden.test.ts` writes them anew.
 */
const folder = new URL('../../fixtures/format/', import.meta.url);
const page = new URL('../../../docs/format.md', import.meta.url);
const updating = process.env['BATPAK_UPDATE_GOLDEN'] === '1';

const storeId = bytesOf('0190b0c47f6a7cc398c4dc0c0c07398f');
const batchId = bytesOf('b1b2b3b4b5b6b7b8');
const salt = saltOf(storeId);
const startUs = 1_735_689_600_000_000;
const movedKind = 0x1000;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function idOf(text: string): Uint8Array {
  const id = new Uint8Array(16);
  writeId('id', text, id);
  return id;
}

/** A draft at a moment of a clock that stands still. */
function draftOf(type: number, kind: number, sequence: number, counter: number): RecordDraft {
  const draft = new RecordDraft();
  draft.type = type;
  draft.kind = kind;
  draft.sequence = sequence;
  draft.timestampUs = startUs;
  draft.counter = counter;
  if (type === recordTypes.event) {
    draft.eventId.set(bytesOf('a0a1a2a3a4a5a6a7'), 8);
    writeUuid7(draft.eventId, 0, draft.timestampUs, counter);
  }
  return draft;
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

function frameOf(draft: RecordDraft): Frame {
  const { entity, scope, extensions, payload } = draft;
  const room = frameBytesMax(entity, scope, extensions?.length ?? 0, payload?.length ?? 0);
  const bytes = new Uint8Array(room);
  const encoded: EncodedRecord = { end: 0, hash: undefined };
  encodeRecord(draft, bytes, 0, salt, encoded);
  return { bytes: bytes.subarray(0, encoded.end), hash: encoded.hash ?? genesisHash };
}

const madeThen = { createdNs: BigInt(startUs) * 1000n, storeId, epoch: 0, hashChain: true };
const first = { ...madeThen, segmentId: 1, firstSequence: 0, previous: undefined };
/** Where the golden segment ends when it is not closed: before CLEAN. */
const end = { validBytes: 0x312, nextSequence: 2 };

/** The header of a store's first segment; all frames behind it were written before a sync. */
const header = encodeSegmentHeader(first);

/** The header of that segment when a salvage has written it anew. */
const replacingHeader = encodeSegmentHeader({ ...first, replaces: end });

/** The header of the segment behind it. */
const nextHeader = encodeSegmentHeader({
  ...{ ...madeThen, segmentId: 2, firstSequence: 2 },
  previous: { segmentId: 1, ...end },
});

function name(): Frame {
  const draft = draftOf(recordTypes.name, movedKind, 0, 0);
  draft.durableOffset = header.length;
  draft.payload = encodePayload({ name: 'moved' });
  return frameOf(draft);
}

/** An event as `append` writes most of them. */
function event(): Frame {
  const draft = draftOf(recordTypes.event, movedKind, 0, 1);
  draft.durableOffset = header.length;
  draft.entity = 'player:zoë';
  draft.scope = 'default';
  draft.payloadVersion = 1;
  draft.prevHash = genesisHash;
  draft.payload = encodePayload({ x: 10, y: -1 });
  return frameOf(draft);
}

function begin(): Frame {
  const draft = draftOf(recordTypes.begin, systemKinds.batchBegin, 1, 2);
  draft.durableOffset = header.length;
  draft.batchId = batchId;
  draft.payload = encodePayload({ count: 1 });
  return frameOf(draft);
}

/** An item of a batch, caused by the event, with every field there is. */
function eventFull(): Frame {
  const draft = draftOf(recordTypes.event, movedKind, 1, 3);
  draft.durableOffset = header.length;
  draft.flags = 0x81;
  draft.clock = 1;
  draft.batchId = batchId;
  draft.correlationId = idOf('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  draft.causationId = sliceBytes(event().bytes, eventIdAt, eventIdAt + 16);
  draft.payloadVersion = 2;
  draft.idempotency = digest16('move-1');
  draft.prevHash = event().hash;
  draft.entity = 'player:zoë';
  draft.scope = 'room:dungeon';
  draft.extensions = encodeExtensions(new Map([['trace', Uint8Array.of(1, 2, 3)]]));
  draft.payload = encodePayload({ x: 2n ** 63n, note: null, at: new Date(1_735_689_600_123) });
  return frameOf(draft);
}

function commit(): Frame {
  const draft = draftOf(recordTypes.commit, systemKinds.batchCommit, 2, 4);
  draft.durableOffset = header.length;
  draft.batchId = batchId;
  const item = eventFull().bytes;
  const crc = checksum(item, frameHeaderBytes + hashedFrom, item.length, 0);
  draft.payload = encodePayload({ count: 1, crc });
  return frameOf(draft);
}

/** The end of a segment that was closed `durableOffset` bytes from its start. */
function clean(durableOffset: number, sequence = 2, counter = 5): Frame {
  const draft = draftOf(recordTypes.clean, systemKinds.clean, sequence, counter);
  draft.durableOffset = durableOffset;
  return frameOf(draft);
}

/** What a salvage writes when it has found nothing of the segment but its place in the log. */
function gap(): Frame {
  const draft = draftOf(recordTypes.gap, systemKinds.gap, 0, 5);
  const entities = [{ entity: 'player:zoë', lane: 0, fromClock: 0, count: 2 }];
  draft.payload = encodeGap({ from: 0, count: 2, reason: 'bytes are damaged', entities });
  return frameOf(draft);
}

/** The first event in another lane of the entity. */
function laneEvent(): Frame {
  const draft = draftOf(recordTypes.event, movedKind, 2, 6);
  draft.durableOffset = nextHeader.length;
  draft.lane = 7;
  draft.entity = 'player:zoë';
  draft.scope = 'default';
  draft.payloadVersion = 1;
  draft.prevHash = genesisHash;
  draft.payload = encodePayload({ x: 0, y: 0 });
  return frameOf(draft);
}

/** The keys of the golden segment, and the receipt of an event that would have been dropped. */
function idempotency(): Uint8Array {
  const { bytes, hash } = event();
  const receipts = encodeRememberedReceipt({
    ...{ sequence: 0, clock: 0, lane: 0, kind: movedKind, entity: 'player:zoë' },
    keyDigest: digest16('move-0'),
    eventId: sliceBytes(bytes, eventIdAt, eventIdAt + 16),
    payloadDigest: hashOf(encodePayload({ x: 10, y: -1 }), 0, 7),
    ...{ segmentId: 1, offset: 0xd6, length: bytes.length, hash },
  });
  return encodeKeyCheckpoint({
    ...{ storeId, epoch: 0, watermark: 2, lastTimestampUs: startUs, seed: seedOf(storeId) },
    ...{ entries: Uint32Array.of(goldenKeyHash, 1), receipts, receiptCount: 1 },
  });
}

/** The parts of a whole segment: a name, an event of it, a batch of one, and a clean end. */
function goldenSegment(): Record<string, Uint8Array> {
  const frames = {
    'segment-header': header,
    name: name().bytes,
    event: event().bytes,
    begin: begin().bytes,
    'event-full': eventFull().bytes,
    commit: commit().bytes,
  };
  const length = Object.values(frames).reduce((bytes, part) => bytes + part.length, 0);
  return { ...frames, clean: clean(length).bytes };
}

/** The parts of a segment behind it: an event in another lane, and a clean end. */
function goldenSecond(): Record<string, Uint8Array> {
  const lane = laneEvent().bytes;
  return {
    'segment-header-second': nextHeader,
    'event-lane': lane,
    'clean-second': clean(nextHeader.length + lane.length, 3, 7).bytes,
  };
}

/** The parts of the first segment as a salvage may write it. */
function goldenSalvaged(): Record<string, Uint8Array> {
  return { 'segment-header-replacing': replacingHeader, gap: gap().bytes };
}

/** What stands by itself: the smallest event there can be, and the header of a later segment. */
function goldenOthers(): Record<string, Uint8Array> {
  const minimal = draftOf(recordTypes.event, 0xffff, 2 ** 53 - 1, 0xffff);
  minimal.clock = 0xffff_ffff;
  minimal.entity = 'e';
  minimal.scope = 's';
  minimal.payload = encodePayload(null);
  return {
    'event-minimal': frameOf(minimal).bytes,
    footer: goldenFooter(storeId, salt),
    'index-image': goldenImage(storeId, salt),
    idempotency: idempotency(),
    cursor: encodeCursorState(goldenCursor(storeId)),
    'segment-header-next': encodeSegmentHeader({
      segmentId: 1_000_001,
      createdNs: BigInt(startUs) * 1000n,
      storeId,
      epoch: 3,
      hashChain: false,
      firstSequence: 2 ** 32,
      previous: { segmentId: 1_000_000, validBytes: 268_435_456, nextSequence: 2 ** 32 },
    }),
  };
}

/** Bytes as text, 16 a line behind their offset, so that a difference shows where it is. */
function dump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = Array.from(bytes.subarray(at, at + 16), (byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    lines.push(`${at.toString(16).padStart(4, '0')}  ${line.join(' ')}\n`);
  }
  return lines.join('');
}

function undump(text: string): Uint8Array {
  return bytesOf(text.replaceAll(/^[0-9a-f]+ {2}/gm, '').replaceAll(/\s/g, ''));
}

function goldenPath(name: string): string {
  return fileURLToPath(new URL(`${name}.hex`, folder));
}

function goldenBytes(name: string): Uint8Array {
  return undump(readFileSync(goldenPath(name), 'utf8'));
}

/** A directory with files made of golden parts. */
function directoryOf(parts: Readonly<Record<string, readonly string[]>>): MemoryFiles {
  const files = new MemoryFiles();
  files.makeDirectory('/data');
  for (const [name, names] of Object.entries(parts)) {
    const handle = files.open(`/data/${name}`, 'create');
    const bytes = Buffer.concat(names.map(goldenBytes));
    handle.write(bytes, 0, bytes.length, 0);
    handle.close();
  }
  return files;
}

/** Opens a directory up the whole ladder. */
function opened(files: MemoryFiles) {
  const steps = new RecoverySteps();
  const log = recoverLog(files, '/data', 1, { image: true, steps });
  const subject = { files, segments: log.segments, salt, index: log.index };
  return { log, steps, verified: verifyLog(subject, Region.all()) };
}

const segment = goldenSegment();
const second = goldenSecond();
const salvaged = goldenSalvaged();
const whole = Object.keys(segment);
const unclosed = whole.filter((name) => name !== 'clean');
const everything = Object.entries({ ...segment, ...second, ...salvaged, ...goldenOthers() });

describe('bytes on the disk', () => {
  it.runIf(updating)('are written anew, because that was asked for', () => {
    expect(process.env['CI'], 'golden bytes are never made in CI').toBeUndefined();
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of everything) writeFileSync(goldenPath(name), dump(bytes));
  });

  for (const [name, bytes] of everything) {
    it(`are those of test/fixtures/format/${name}.hex`, () => {
      expect(existsSync(goldenPath(name)), 'BATPAK_UPDATE_GOLDEN=1 makes it').toBe(true);
      expect(dump(bytes)).toBe(readFileSync(goldenPath(name), 'utf8'));
    });
  }

  it('are read as a log that ended cleanly and verifies', () => {
    const { log, steps, verified } = opened(directoryOf({ '000001.fbat': whole }));
    expect(log.clean).toBe(true);
    expect(log.tornTail).toBeUndefined();
    expect(log.names).toEqual([{ name: 'moved', kind: movedKind }]);
    expect([log.index.count, log.durableEvents]).toEqual([2, 2]);
    expect([log.timestampUs, log.counter]).toEqual([startUs, 5]);
    expect(steps.sources).toEqual({ image: 0, footers: 0, scanned: 2 });
    const nothingWrong = { redacted: 0, gaps: [], errors: [] };
    expect(verified).toEqual({ ok: true, events: 2, entities: 1, ...nothingWrong });
  });

  it('are known from the image, and the keys from their file', () => {
    const parts = { '000001.fbat': whole, 'index.image': ['index-image'] };
    const files = directoryOf({ ...parts, idempotency: ['idempotency'] });
    const { log, steps, verified } = opened(files);
    expect(steps.refused).toEqual([]);
    expect(steps.sources).toEqual({ image: 2, footers: 0, scanned: 0 });
    expect(verified.errors).toEqual([]);
    const key = digest16('move-1');
    expect(log.index.keys.find(key, 0, () => true)).toBe(1);
    const { index, epoch } = log;
    expect(readIdempotencyFile(files, '/data', { storeId, epoch, index })).toMatchObject({
      ...{ watermark: 2, receiptCount: 1 },
      entries: index.keys.entries(),
    });
  });

  it('are known from a footer when a segment follows, with an event in a lane', () => {
    const parts = { '000001.fbat': [...unclosed, 'footer'], '000002.fbat': Object.keys(second) };
    const { log, steps, verified } = opened(directoryOf(parts));
    expect(steps.refused).toEqual([]);
    expect(steps.sources).toEqual({ image: 0, footers: 2, scanned: 1 });
    expect(log.clean).toBe(true);
    const stream = log.index.entities.find('player:zoë', 7) ?? -1;
    expect([log.index.heads.sequence(stream), log.index.heads.clock(stream)]).toEqual([2, 0]);
    expect(verified).toMatchObject({ ok: true, events: 3, errors: [] });
  });

  it('are read as a log whose first segment was salvaged, all its events being lost', () => {
    const parts = { '000001.1.fbat': Object.keys(salvaged), '000002.fbat': Object.keys(second) };
    const { log, verified } = opened(directoryOf(parts));
    expect([log.index.count, log.index.eventCount]).toEqual([3, 1]);
    const entities = [{ entity: 'player:zoë', lane: 0, fromClock: 0, count: 2 }];
    const gaps = [{ from: 0, count: 2, reason: 'bytes are damaged', entities }];
    expect(verified).toMatchObject({ ok: true, events: 1, gaps, errors: [] });
  });
});

describe('the worked example of docs/format.md', () => {
  it('is the golden segment, byte for byte and without a gap', () => {
    const block = /```hex\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
    const shown: number[] = [];
    for (const line of block.split('\n')) {
      const [, offset, hex] = /^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} ?)+)(?: {2}.*)?$/.exec(line) ?? [];
      if (offset === undefined || hex === undefined) continue;
      expect(Number.parseInt(offset, 16), line).toBe(shown.length);
      shown.push(...bytesOf(hex.replaceAll(' ', '')));
    }
    const expected = Buffer.concat(whole.map(goldenBytes));
    expect(dump(Uint8Array.from(shown))).toBe(dump(expected));
  });
});

describe('the salt of frames', () => {
  it('is the CRC-32 of the store id', () => {
    expect(salt).toBe(crc32(storeId));
  });
});
