import { CorruptSegmentError, Region, type Store, UnsupportedVersionError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { closedRustHost, eventsOf, expectedEvents } from '../support/rust-fixture.ts';
import { RustLogForge } from '../support/rust-log.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

function sequencesOf(store: Store): number[] {
  return [...store.query(Region.all())].map(({ sequence }) => sequence);
}

describe('a damaged directory of the Rust crate', () => {
  it('never serves less, or other, than the crate told, whichever byte is damaged', () => {
    const host = closedRustHost();
    const size = host.read('000002.fbat').length;
    const places = [...range(0, 57), ...range(57, 1200, 17), ...range(24700, size, 61)];
    for (const offset of places) {
      host.flip('000002.fbat', offset, 0x10);
      const opened = openOrError(host);
      if (!(opened instanceof CorruptSegmentError || opened instanceof UnsupportedVersionError)) {
        expect({ offset, events: eventsOf(opened) }).toEqual({ offset, events: expectedEvents });
        opened.close();
      } else expect(opened.path).toBe('/store/000002.fbat');
      host.flip('000002.fbat', offset, 0x10);
    }
  });

  it('tells the place of a checksum that fails in the middle, and opens nothing', () => {
    const host = closedRustHost();
    host.flip('000004.fbat', 700);
    expect(thrownBy(() => host.open())).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', path: '/store/000004.fbat', offset: 57 + 8 + 572 },
    });
  });

  it('drops a last frame that was cut short, and says so', () => {
    for (const bytes of [1, 7, 8, 9, 100]) {
      const log = new RustLogForge().segment().event().event();
      const offset = log.position;
      const host = log
        .event()
        .cut(log.position - offset - bytes)
        .into(new StoreHost());
      const before = host.content();
      const store = host.open();
      expect(sequencesOf(store)).toEqual([0, 1]);
      expect(store.recovery).toMatchObject({
        ending: 'unclean',
        rust: { tornTails: [{ path: '/store/000001.fbat', offset, bytes }] },
      });
      expect(store.append('order:1', someKind, {})).toMatchObject({ sequence: 2, clock: 2 });
      store.close();
      expect(host.content()).toMatchObject(before);
      expect(host.open().verify()).toMatchObject({ ok: true, events: 3 });
    }
  });

  it('drops a footer that was cut short, wherever that was', () => {
    const whole = new RustLogForge().segment().event().event({ entity: 'order:2' });
    const offset = whole.position;
    whole.footer();
    const footerBytes = whole.position - offset;
    for (let bytes = 1; bytes < footerBytes; bytes += 5) {
      const log = new RustLogForge().segment().event().event({ entity: 'order:2' }).footer();
      const store = log
        .cut(footerBytes - bytes)
        .into(new StoreHost())
        .open();
      expect(sequencesOf(store)).toEqual([0, 1]);
      expect(store.recovery.rust?.tornTails).toEqual([
        { path: '/store/000001.fbat', offset, bytes },
      ]);
    }
  });

  it('takes zeros at the end for a write that never came to the disk', () => {
    const log = new RustLogForge().segment().event().append(new Uint8Array(500));
    expect(sequencesOf(log.into(new StoreHost()).open())).toEqual([0]);
  });

  it('is refused when the length of a frame in the middle of an open segment was damaged', () => {
    const log = new RustLogForge().segment().event();
    const offset = log.position;
    const host = log.event().event().into(new StoreHost());
    for (const [byte, mask] of [
      [0, 0x01],
      [1, 0x01],
      [2, 0x40],
      [3, 0x01],
    ] as const) {
      host.flip('000001.fbat', offset + byte, mask);
      expect(thrownBy(() => host.open())).toMatchObject({
        ...{ code: 'BATPAK_CORRUPT_SEGMENT', path: '/store/000001.fbat', offset },
      });
      host.flip('000001.fbat', offset + byte, mask);
    }
  });

  it('is refused when events are missing behind a frame that was cut short', () => {
    const log = new RustLogForge().segment().event().event().event();
    const host = log.segment().event().footer().into(new StoreHost());
    const bytes = host.read('000001.fbat');
    host.replace('000001.fbat', bytes.subarray(0, bytes.length - 600));
    expect(thrownBy(() => host.open())).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', path: '/store/000001.fbat' },
    });
  });

  it('is not rewritten by a salvage: what it says stays the same', () => {
    const host = closedRustHost();
    host.flip('000003.fbat', 700);
    const before = host.content();
    expect(thrownBy(() => host.open({ recovery: 'salvage' }))).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', path: '/store/000003.fbat' },
    });
    expect(host.content()).toMatchObject(before);
  });
});

function openOrError(host: StoreHost): Store | CorruptSegmentError | UnsupportedVersionError {
  try {
    return host.open();
  } catch (thrown) {
    if (thrown instanceof CorruptSegmentError) return thrown;
    if (thrown instanceof UnsupportedVersionError) return thrown;
    throw thrown;
  }
}

function* range(from: number, to: number, step = 1): Generator<number> {
  for (let value = from; value < to; value += step) yield value;
}
