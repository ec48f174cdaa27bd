import { describe, expect, it } from 'vitest';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { readRustLog, segmentsByOrigin } from '../../../../src/recovery/rust/rust-log.ts';
import { listSegmentFiles } from '../../../../src/recovery/segment-opening.ts';
import { hiddenRanges, RustLogForge } from '../../../support/rust-log.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

function foundIn(host: StoreHost) {
  return segmentsByOrigin(host.files, listSegmentFiles(host.files, host.directory));
}

function readFrom(host: StoreHost) {
  const index = new EventIndex(1);
  const log = readRustLog(host.files, host.directory, foundIn(host).rust, index);
  return { index, log };
}

describe('segmentsByOrigin', () => {
  it('tells segments of the Rust crate from ours', () => {
    const host = new RustLogForge().segment().event().segment().event().into(new StoreHost());
    const store = host.open();
    store.append('order:1', someKind, {});
    const { rust, own } = foundIn(host);
    expect(rust.map(({ id }) => id)).toEqual([1, 2]);
    expect(own.map(({ id }) => id)).toEqual([3]);
  });

  it('names the segment whose header is damaged, not the one behind it', () => {
    const host = new RustLogForge().segment().event().segment().event().into(new StoreHost());
    host.flip('000001.fbat', 0);
    expect(thrownBy(() => foundIn(host))).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', path: '/store/000001.fbat', actual: 'bad magic' },
    });
  });
});

describe('readRustLog', () => {
  it('reads segments in their order, and where each of them begins', () => {
    const log = new RustLogForge().segment().event().event().footer();
    const host = log.segment(4).footer().segment(5).event().into(new StoreHost());
    const { index, log: found } = readFrom(host);
    expect(index.count).toBe(3);
    expect(found.clean).toBe(false);
    expect(found.segments).toMatchObject([
      { id: 1, version: 1, header: { firstSequence: 0 } },
      { id: 4, version: 1, header: { firstSequence: 2 } },
      { id: 5, version: 1, header: { firstSequence: 2 } },
    ]);
  });

  it('tells the latest time, not the last', () => {
    const log = new RustLogForge().segment().event({ timestampUs: 900 }).event({ timestampUs: 5 });
    expect(readFrom(log.into(new StoreHost())).log).toMatchObject({ timestampUs: 900, counter: 0 });
  });

  it('refuses ranges of cancelled events that it can not read', () => {
    const log = new RustLogForge().segment().event();
    const unreadable = log.hide(Uint8Array.of(1, 2)).into(new StoreHost());
    expect(thrownBy(() => readFrom(unreadable))).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', path: '/store/visibility_ranges.fbv' },
    });
    const later = log.hide(hiddenRanges([[0, 1]], 3)).into(new StoreHost());
    expect(thrownBy(() => readFrom(later))).toMatchObject({
      ...{ code: 'BATPAK_UNSUPPORTED_VERSION', version: 3, supported: [1, 2] },
    });
  });
});
