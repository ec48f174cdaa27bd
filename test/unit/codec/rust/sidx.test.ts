import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeSidx,
  isTornSidx,
  sidxOffset,
  sidxTrailerBytes,
} from '../../../../src/codec/rust/sidx.ts';
import { RustLogForge, type SidxMagic } from '../../../support/rust-log.ts';
import { StoreHost } from '../../../support/store-host.ts';

const fixtures = new URL('../../../fixtures/rust/', import.meta.url);

function fixture(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(new URL(name, fixtures)));
}

function offsetIn(bytes: Uint8Array): number {
  return sidxOffset(bytes.subarray(-sidxTrailerBytes), bytes.length) ?? -1;
}

/** A segment of three events with a footer, and where that begins. */
function sealed(magic: SidxMagic): { bytes: Uint8Array; offset: number } {
  const log = new RustLogForge().segment().event().event({ entity: 'order:2', lane: 3 });
  const offset = log.skip(5).event().position;
  const host = log.footer(magic).into(new StoreHost());
  return { bytes: host.read('000001.fbat'), offset };
}

describe('the footer of a version-1 segment', () => {
  it('is found where the frames of a real segment end, with a row of each event', () => {
    const bytes = fixture('closed-store/000002.fbat');
    expect(offsetIn(bytes)).toBe(24_795);
    const rows = decodeSidx(bytes.subarray(24_795), 24_795);
    if (typeof rows === 'string') throw new Error(rows);
    expect(rows.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 44 }, (_, at) => at + 44),
    );
    expect(rows[0]).toMatchObject({
      ...{ at: 24_952, offset: 57, entity: 'order:1', scope: 'shop:0', kind: 0x1002 },
      ...{ clock: 6, lane: 0, length: 8 + 0x22e, wallMs: 1_795_181_934_729 },
      causationId: undefined,
    });
    expect(Buffer.from(rows[0]?.eventId ?? []).toString('hex')).toBe(
      '01a1f92e788972048776637 6eaf847a6'.replace(' ', ''),
    );
  });

  it('is found in a segment of a later version of the crate, whose rows have a lane', () => {
    const bytes = fixture('fixture-checkpoint-v5.fbat');
    const offset = offsetIn(bytes);
    const rows = decodeSidx(bytes.subarray(offset), offset);
    expect(rows).toMatchObject([
      { sequence: 0, kind: 8, lane: 0, clock: 0 },
      { sequence: 1, kind: 0x1000, lane: 5, clock: 0 },
      { sequence: 2, kind: 9, lane: 0, clock: 1 },
    ]);
  });

  it.each<SidxMagic>(['SIDX', 'SDX2', 'SDX3'])('is read as %s', (magic) => {
    const { bytes, offset } = sealed(magic);
    expect(offsetIn(bytes)).toBe(offset);
    expect(decodeSidx(bytes.subarray(offset), offset)).toMatchObject([
      { sequence: 0, entity: 'order:1', clock: 0, lane: 0 },
      { sequence: 1, entity: 'order:2', clock: 0, lane: magic === 'SIDX' ? 0 : 3 },
      { sequence: 7, entity: 'order:1', clock: 1, lane: 0 },
    ]);
  });

  it('notices each changed byte of texts and rows where it has a checksum', () => {
    const { bytes, offset } = sealed('SDX3');
    for (let at = offset; at < bytes.length - sidxTrailerBytes; at += 1) {
      const changed = bytes.slice(offset);
      changed[at - offset] = (changed[at - offset] ?? 0) ^ 0x20;
      expect(decodeSidx(changed, offset)).toBe('checksum mismatch');
    }
  });

  it('is told to be none, or what is wrong with it', () => {
    const { bytes, offset } = sealed('SIDX');
    expect(offsetIn(bytes.subarray(0, -1))).toBe(-1);
    expect(sidxOffset(new Uint8Array(3), 3)).toBeUndefined();
    const footer = bytes.slice(offset);
    const count = footer.length - 8;
    expect(decodeSidx(footer.slice(0, -1), offset)).toBe('no footer');
    footer[count] = 200;
    expect(decodeSidx(footer, offset)).toBe('fewer rows than it counts');
    footer[count] = 2;
    expect(decodeSidx(footer, offset)).toBe('unreadable texts');
  });

  it('names a row whose entity is none of its texts', () => {
    const { bytes, offset } = sealed('SIDX');
    const footer = bytes.slice(offset);
    const row = footer.length - sidxTrailerBytes - 154;
    footer[row + 16] = 9;
    expect(decodeSidx(footer, offset)).toBe(`an impossible row at byte ${offset + row}`);
  });
});

describe('what is left of a footer', () => {
  const isText = (text: string) => text === 'order:1' || text === 'shop';
  const texts = [0x92, 0xa7, ...Buffer.from('order:1'), 0xa4, ...Buffer.from('shop'), 1, 2, 3];

  it('is known by its texts, wherever it was cut', () => {
    for (let length = 1; length <= texts.length; length += 1) {
      expect(isTornSidx(Uint8Array.from(texts.slice(0, length)), isText)).toBe(true);
    }
    const long = Buffer.from([0xdc, 0, 2, 0xd9, 7, ...Buffer.from('order:1'), 0xda, 0, 4]);
    expect(isTornSidx(Buffer.concat([long, Buffer.from('shop')]), isText)).toBe(true);
  });

  it('is not what has other texts, or none', () => {
    expect(isTornSidx(Uint8Array.from(texts), (text) => text === 'shop')).toBe(false);
    expect(isTornSidx(Uint8Array.of(0x92, 0x01), isText)).toBe(false);
    expect(isTornSidx(Uint8Array.of(0x00, 0x00, 0x02), isText)).toBe(false);
  });
});
