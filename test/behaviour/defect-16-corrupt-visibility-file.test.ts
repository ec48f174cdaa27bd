import { CorruptSegmentError, Region, UnsupportedVersionError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import { hiddenRanges, RustLogForge } from '../support/rust-log.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const name = 'visibility_ranges.fbv';
const path = `/store/${name}`;
const ranges = hiddenRanges([[1, 3]]);

/** A directory of the Rust crate in which two of four events were cancelled by a fence. */
function given(): StoreHost {
  const log = new RustLogForge().segment().event().event().event().event().footer();
  return log.hide(ranges).into(new StoreHost());
}

/** The ways in which somebody may open the directory. */
const openings: Readonly<Record<string, (host: StoreHost) => unknown>> = {
  openStore: (host) => host.open(),
  'openStore with salvage': (host) => host.open({ recovery: 'salvage' }),
  openReadOnly: (host) =>
    openReadOnly({ dataDir: host.directory, platform: memoryPlatform({ files: host.files }) }),
};

/** Every way in which the file may be damaged. */
function* damages(): Generator<readonly [string, Uint8Array]> {
  for (let offset = 0; offset < ranges.length; offset += 1) {
    for (const mask of [0x01, 0x80]) {
      const damaged = ranges.slice();
      damaged[offset] = (damaged[offset] ?? 0) ^ mask;
      yield [`byte ${offset} by ${mask}`, damaged];
    }
  }
  for (let length = 0; length < ranges.length; length += 1) {
    yield [`cut to ${length}`, ranges.subarray(0, length)];
  }
  yield ['one byte more', Uint8Array.from([...ranges, 0])];
  yield ['zeros', new Uint8Array(ranges.length)];
}

describe('a file of cancelled events that can not be read', () => {
  it.each(Object.entries(openings))('keeps %s from showing any event', (_, open) => {
    for (const [damage, bytes] of damages()) {
      const host = given();
      host.replace(name, bytes);
      const before = host.content();
      const thrown = thrownBy(() => open(host));
      const refused =
        thrown instanceof CorruptSegmentError || thrown instanceof UnsupportedVersionError;
      expect({ damage, refused }).toEqual({ damage, refused: true });
      expect(thrown, damage).toMatchObject({ path });
      expect(host.content(), damage).toEqual(before);
    }
  });

  it('keeps a store from opening that has gone on since', () => {
    const host = given();
    const store = host.open();
    expect([...store.query(Region.all())].map(({ sequence }) => sequence)).toEqual([0, 3]);
    store.append('order:1', someKind, 'ours');
    store.close();
    host.flip(name, ranges.length - 2);
    const before = host.content();
    for (const recovery of ['strict', 'salvage'] as const) {
      expect(
        thrownBy(() => host.open({ recovery })),
        recovery,
      ).toMatchObject({
        code: 'BATPAK_CORRUPT_SEGMENT',
        path,
      });
      expect(host.content(), recovery).toEqual(before);
    }
  });
});
