import { describe, expect, it } from 'vitest';
import { UnsupportedVersionError } from '../../../../src/model/errors/corruption-errors.ts';
import type { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import { chainOf, type SalvageChain } from '../../../../src/recovery/salvage/salvage-chain.ts';
import { listSegments } from '../../../../src/recovery/segment-opening.ts';
import { ForgedLog, forgedStoreId } from '../../../support/forged-log.ts';
import { RustLogForge } from '../../../support/rust-log.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

/** A log of three segments with an event each. */
function threeSegments(): ForgedLog {
  return new ForgedLog().segment().event('a').segment().event('a').segment().event('a');
}

function read(files: MemoryFiles, name: string): Uint8Array {
  const handle = files.open(`/log/${name}`, 'read');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  return bytes;
}

function write(files: MemoryFiles, name: string, bytes: Uint8Array): void {
  const path = `/log/${name}`;
  const handle = files.open(path, files.stat(path) === undefined ? 'create' : 'write');
  handle.truncate(0);
  handle.write(bytes, 0, bytes.length, 0);
}

function damage(files: MemoryFiles, name: string, ...places: readonly number[]): void {
  const bytes = read(files, name);
  for (const at of places) bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  write(files, name, bytes);
}

/** The end of a segment of version 1. */
const link = { segmentId: 2, validBytes: 100, nextSequence: 0 };

/** A segment of version 1 without events. */
function rustSegment(id: number): Uint8Array {
  const host = new RustLogForge().segment(id).into(new StoreHost());
  return host.read(`00000${id}.fbat`);
}

const chainIn = (files: MemoryFiles) => chainOf(files, listSegments(files, '/log'));

/** Places as `id file`, with a mark on those that are not sound. */
function placesOf(chain: SalvageChain | undefined): string[] {
  return (chain?.places ?? []).map(({ id, file, sound }) => {
    const name = file?.path.slice('/log/'.length) ?? 'missing';
    return `${id} ${name}${sound ? '' : ' !'}`;
  });
}

const straysOf = (chain: SalvageChain | undefined) => chain?.strays.map(({ path }) => path);

describe('chainOf', () => {
  it('finds the segments of a sound log in their order', () => {
    const chain = chainIn(threeSegments().write());
    expect(placesOf(chain)).toEqual(['1 000001.fbat', '2 000002.fbat', '3 000003.fbat']);
    expect(chain).toMatchObject({ storeId: forgedStoreId, hashChain: true, strays: [] });
    expect(chain?.continued).toBe(false);
  });

  it('mends a header of which one bit changed, its version too', () => {
    for (const at of [0, 5, 30, read(threeSegments().write(), '000002.fbat').indexOf(0x02)]) {
      const files = threeSegments().write();
      damage(files, '000002.fbat', at);
      const chain = chainIn(files);
      expect(placesOf(chain)).toEqual(['1 000001.fbat', '2 000002.fbat !', '3 000003.fbat']);
      expect(chain?.places[1]?.header).toMatchObject({ segmentId: 2, firstSequence: 1 });
    }
  });

  it('keeps the place of a segment whose header is lost', () => {
    const files = threeSegments().write();
    damage(files, '000003.fbat', 0, 1, 2);
    const chain = chainIn(files);
    expect(placesOf(chain)).toEqual(['1 000001.fbat', '2 000002.fbat', '3 000003.fbat !']);
    expect(chain?.places[2]?.header).toBeUndefined();
  });

  it('makes a place for a segment that the next one names', () => {
    const files = threeSegments().write();
    files.remove('/log/000002.fbat');
    expect(placesOf(chainIn(files))).toEqual(['1 000001.fbat', '2 missing !', '3 000003.fbat']);
  });

  it('takes the highest revision of a segment, and puts the others aside', () => {
    const files = threeSegments().write();
    write(files, '000002.1.fbat', read(files, '000002.fbat'));
    const chain = chainIn(files);
    expect(placesOf(chain)).toEqual(['1 000001.fbat', '2 000002.1.fbat', '3 000003.fbat']);
    expect(straysOf(chain)).toEqual(['/log/000002.fbat']);
  });

  it('goes by the header where the name is wrong', () => {
    const files = threeSegments().write();
    const second = read(files, '000002.fbat');
    write(files, '000002.fbat', read(files, '000003.fbat'));
    write(files, '000003.fbat', second);
    const expected = ['1 000001.fbat', '2 000003.fbat !', '3 000002.fbat !'];
    expect(placesOf(chainIn(files))).toEqual(expected);
  });

  it('puts segments of another store aside, and those that nothing names', () => {
    const files = threeSegments().write();
    const other = new ForgedLog().segment({ storeId: new Uint8Array(16), segmentId: 4 });
    write(files, '000004.fbat', read(other.event('a').write(), '000004.fbat'));
    write(files, '000007.fbat', read(files, '000001.fbat'));
    const chain = chainIn(files);
    expect(placesOf(chain)).toHaveLength(3);
    expect(straysOf(chain)?.sort()).toEqual(['/log/000004.fbat', '/log/000007.fbat']);
  });

  it('leaves files alone that a crash left empty', () => {
    const files = threeSegments().write();
    write(files, '000004.fbat', new Uint8Array(10));
    const chain = chainIn(files);
    expect(placesOf(chain)).toHaveLength(3);
    expect(straysOf(chain)).toEqual([]);
  });

  it('begins behind segments of version 1, and only where that is told', () => {
    const segments = new ForgedLog().segment({ segmentId: 3, previous: link }).event('a');
    const files = segments.segment().event('a').write();
    write(files, '000002.fbat', rustSegment(2));
    const chain = chainIn(files);
    expect(placesOf(chain)).toEqual(['3 000003.fbat', '4 000004.fbat']);
    expect([chain?.continued, chain?.strays]).toEqual([true, []]);
    damage(files, '000003.fbat', 0, 1, 20);
    expect(chainIn(files)).toBeUndefined();
    files.remove('/log/000003.fbat');
    expect(chainIn(files)).toBeUndefined();
  });

  it('knows no store without a header, or with as many of one as of another', () => {
    const files = new ForgedLog().segment().event('a').write();
    damage(files, '000001.fbat', 0, 1, 2);
    expect(chainIn(files)).toBeUndefined();
    const two = new ForgedLog()
      .segment()
      .event('a')
      .segment({ storeId: new Uint8Array(16) });
    expect(chainIn(two.event('a').write())).toBeUndefined();
  });

  it('refuses a later version', () => {
    const files = threeSegments().write();
    const map = Buffer.from('81a776657273696f6e09', 'hex');
    const header = Buffer.concat([Buffer.from('FBAT'), Buffer.of(0, 0, 0, map.length), map]);
    write(files, '000004.fbat', header);
    expect(thrownBy(() => chainIn(files))).toBeInstanceOf(UnsupportedVersionError);
  });
});
