import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sliceBytes } from '../../../src/codec/bytes.ts';
import { encodeExtensions } from '../../../src/codec/extensions.ts';
import { checksum, frameHeaderBytes } from '../../../src/codec/frame.ts';
import { digest16, genesisHash } from '../../../src/codec/hash-chain.ts';
import { encodePayload } from '../../../src/codec/payload.ts';
import {
  type EncodedRecord,
  encodeRecord,
  eventIdAt,
  frameBytesMax,
  hashedFrom,
  RecordDraft,
  recordTypes,
} from '../../../src/codec/record.ts';
import { encodeSegmentHeader } from '../../../src/codec/segment-header.ts';
import { writeId, writeUuid7 } from '../../../src/model/event-id.ts';
import { systemKinds } from '../../../src/model/kind.ts';
import { Region } from '../../../src/model/region.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { recoverLog, saltOf } from '../../../src/recovery/ladder.ts';
import { verifyLog } from '../../../src/recovery/verify.ts';

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

/** The header of a store's first segment; all frames behind it were written before a sync. */
const header = encodeSegmentHeader({
  segmentId: 1,
  createdNs: BigInt(startUs) * 1000n,
  storeId,
  epoch: 0,
  hashChain: true,
  firstSequence: 0,
  previous: undefined,
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
function clean(durableOffset: number): Frame {
  const draft = draftOf(recordTypes.clean, systemKinds.clean, 2, 5);
  draft.durableOffset = durableOffset;
  return frameOf(draft);
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

/** What stands by itself: the smallest event there can be, and the header of a later segment. */
function goldenOthers(): Record<string, Uint8Array> {
  const minimal = draftOf(recordTypes.event, 0xffff, 2 ** 53 - 1, 0xffff);
  minimal.clock = 0xffff_ffff;
  minimal.entity = 'e';
  minimal.scope = 's';
  minimal.payload = encodePayload(null);
  return {
    'event-minimal': frameOf(minimal).bytes,
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

const segment = goldenSegment();
const everything = Object.entries({ ...segment, ...goldenOthers() });

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
    const files = new MemoryFiles();
    files.makeDirectory('/data');
    const handle = files.open('/data/000001.fbat', 'create');
    const bytes = Buffer.concat(Object.keys(segment).map(goldenBytes));
    handle.write(bytes, 0, bytes.length, 0);
    handle.close();

    const log = recoverLog(files, '/data', 1);
    expect(log.clean).toBe(true);
    expect(log.tornTail).toBeUndefined();
    expect(log.names).toEqual([{ name: 'moved', kind: movedKind }]);
    expect([log.index.count, log.durableEvents]).toEqual([2, 2]);
    expect([log.timestampUs, log.counter]).toEqual([startUs, 5]);
    const subject = { files, segments: log.segments, salt, index: log.index };
    expect(verifyLog(subject, Region.all())).toEqual({
      ok: true,
      events: 2,
      entities: 1,
      errors: [],
    });
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
    const expected = Buffer.concat(Object.keys(segment).map(goldenBytes));
    expect(dump(Uint8Array.from(shown))).toBe(dump(expected));
  });
});

describe('the salt of frames', () => {
  it('is the CRC-32 of the store id', () => {
    expect(salt).toBe(crc32(storeId));
  });
});
