import { CorruptSegmentError, Region, type Store, UnsupportedVersionError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { formatId } from '../../src/model/event-id.ts';
import { hiddenRanges, RustLogForge } from '../support/rust-log.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

/** Sequence, clock and payload of every event. */
function placesOf(store: Store): (readonly [number, number, unknown])[] {
  return [...store.events(Region.all())].map(({ sequence, clock, payload }) => [
    sequence,
    clock,
    payload,
  ]);
}

function sequencesOf(store: Store): number[] {
  return [...store.query(Region.all())].map(({ sequence }) => sequence);
}

describe('batches of the Rust crate', () => {
  it('count when their COMMIT stands behind all their items', () => {
    const log = new RustLogForge().segment().event().begin(2).event().event().commit().event();
    expect(sequencesOf(log.into(new StoreHost()).open())).toEqual([0, 1, 2, 3]);
  });

  it('do not count without a COMMIT, nor with too few items', () => {
    const log = new RustLogForge().segment().event();
    log.begin(3).event({ payload: 'lost' }).event({ payload: 'lost' });
    log.begin(2).event({ payload: 'few' }).commit();
    log.event({ payload: 'single', clock: 1 });
    const store = log.begin(1).event({ payload: 'dangling' }).into(new StoreHost()).open();
    expect(placesOf(store)).toEqual([
      [0, 0, { n: 0 }],
      [1, 1, 'single'],
    ]);
    expect(store.recovery.rust?.uncommittedEvents).toBe(4);
    const receipt = store.append('order:1', someKind, {});
    expect(receipt).toMatchObject({ sequence: 2, clock: 2 });
  });

  it('may reach into the next segment', () => {
    const log = new RustLogForge().segment().event().begin(3).event({ row: false });
    log.footer().segment().event({ row: false }).event({ row: false }).commit();
    const store = log.into(new StoreHost()).open();
    expect(placesOf(store).map(([sequence, clock]) => [sequence, clock])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect([...store.query(Region.all())].map(({ position }) => position.segmentId)).toEqual([
      1, 1, 2, 2,
    ]);
    expect(store.verify()).toMatchObject({ ok: true, events: 4 });
  });

  it('leave single events behind a batch that failed, when the footer knows them', () => {
    const log = new RustLogForge().segment().event().begin(3).event({ row: false }).skip(3);
    const store = log.event({ payload: 'kept', clock: 1 }).footer().into(new StoreHost()).open();
    expect(placesOf(store)).toEqual([
      [0, 0, { n: 0 }],
      [4, 1, 'kept'],
    ]);
    expect(store.eventCount).toBe(2);
    expect(store.at(2)).toBeUndefined();
    expect(store.append('order:1', someKind, {})).toMatchObject({ sequence: 5, clock: 2 });
  });
});

describe('events that a fence of the Rust crate cancelled', () => {
  it('stay hidden, and their sequences are not used again', () => {
    const log = new RustLogForge().segment().event().event().event().event().footer();
    const host = log.hide(hiddenRanges([[1, 3]])).into(new StoreHost());
    const store = host.open();
    expect(sequencesOf(store)).toEqual([0, 3]);
    expect(store.at(1)).toBeUndefined();
    expect(store.get(formatId(log.events[1]?.id ?? new Uint8Array(16), 0))).toBeUndefined();
    expect(store.recovery.rust?.hiddenEvents).toBe(2);
    expect(store.verify()).toMatchObject({ ok: true, events: 2 });
    expect(store.append('order:1', someKind, {})).toMatchObject({ sequence: 4, clock: 4 });
    store.close();
    expect(sequencesOf(host.open())).toEqual([0, 3, 4]);
  });

  it('stay hidden at the end of the log, and in one lane alone', () => {
    const log = new RustLogForge().segment().event().event({ lane: 2 }).event().footer('SDX3');
    const ranges = hiddenRanges(
      [
        [1, 3, 2],
        [2, 3],
      ],
      2,
    );
    const store = log.hide(ranges).into(new StoreHost()).open();
    expect(sequencesOf(store)).toEqual([0]);
    expect(store.append('order:1', someKind, {})).toMatchObject({ sequence: 3, clock: 1 });
  });

  it('make the store refuse to open when the file that names them can not be read', () => {
    const ranges = hiddenRanges([[1, 3]]);
    for (let offset = 0; offset < ranges.length; offset += 1) {
      const log = new RustLogForge().segment().event().event().event().footer();
      const host = log.hide(ranges).into(new StoreHost());
      host.flip('visibility_ranges.fbv', offset);
      const thrown = thrownBy(() => host.open());
      const refused =
        thrown instanceof CorruptSegmentError || thrown instanceof UnsupportedVersionError;
      expect({ offset, refused }).toEqual({ offset, refused: true });
      expect(thrown).toMatchObject({ path: '/store/visibility_ranges.fbv' });
    }
  });

  it('make it refuse to open when that file went away after ours began', () => {
    const log = new RustLogForge().segment().event().event().footer();
    const host = log.hide(hiddenRanges([[1, 2]])).into(new StoreHost());
    const store = host.open();
    store.append('order:1', someKind, {});
    store.close();
    host.files.remove('/store/visibility_ranges.fbv');
    expect(thrownBy(() => host.open())).toBeInstanceOf(CorruptSegmentError);
  });
});

describe('what else the Rust crate writes', () => {
  it('is read: flags, lanes, correlation, extensions, versions, reserved kinds', () => {
    const other = new Uint8Array(16).fill(0x77);
    const log = new RustLogForge().segment().event({
      ...{ kind: 0x0008, flags: 0x0b, lane: 5, correlationId: other, causationId: other },
      ...{ extensions: { 'app.audit': Uint8Array.of(5, 3, 200) }, payloadVersion: 4 },
    });
    const event = log.footer('SDX2').into(new StoreHost()).open().at(0);
    expect(event).toMatchObject({
      ...{ kind: 8, flags: 11, lane: 5, payloadVersion: 4, clock: 0 },
      correlationId: formatId(other, 0),
      causationId: formatId(other, 0),
    });
    expect(event?.extensions.get('app.audit')).toEqual(Uint8Array.of(5, 3, 200));
  });

  it('is read of a store without hashes, and goes on with a chain of its own', () => {
    const log = new RustLogForge().segment().event({ hashes: false }).event({ hashes: false });
    const store = log.footer().into(new StoreHost()).open();
    expect(store.at(1)?.hash).toBeUndefined();
    store.append('order:1', someKind, {});
    expect(store.at(2)?.prevHash).toEqual(new Uint8Array(32));
    expect(store.verify()).toMatchObject({ ok: true, events: 3 });
  });

  it('goes on counting where a fence of the crate made clocks start again', () => {
    const log = new RustLogForge().segment().event().event();
    log.event({ clock: 0, prevHash: new Uint8Array(32) }).event({ clock: 1 });
    const host = log.footer().into(new StoreHost());
    const store = host.open();
    expect(placesOf(store).map(([, clock]) => clock)).toEqual([0, 1, 2, 3]);
    expect(store.verify()).toMatchObject({ ok: true, events: 4 });
    expect(store.append('order:1', someKind, {})).toMatchObject({ clock: 4 });
    store.close();
    expect(host.open().verify()).toMatchObject({ ok: true, events: 5 });
  });

  it('keeps clocks that leave out events which retention dropped', () => {
    const log = new RustLogForge().segment().event({ clock: 7 }).event({ clock: 9 });
    const store = log.into(new StoreHost()).open();
    expect(placesOf(store).map(([, clock]) => clock)).toEqual([7, 9]);
    expect(store.verify()).toMatchObject({ ok: true });
  });

  it('is told by verify when a hash or a link is not what it was', () => {
    const log = new RustLogForge().segment().event();
    log.event({ prevHash: new Uint8Array(32).fill(1) });
    expect(log.footer().into(new StoreHost()).open().verify()).toMatchObject({
      ok: false,
      errors: [{ code: 'LINK', sequence: 1, path: '/store/000001.fbat' }],
    });
  });

  it('takes events whose times fall, and appends later than all of them', () => {
    const late = 1_900_000_000_000_000;
    const log = new RustLogForge().segment().event({ timestampUs: late }).event().footer();
    const host = log.into(new StoreHost());
    const store = host.open();
    store.append('order:1', someKind, {});
    const times = [...store.query(Region.all())].map(({ timestampUs }) => timestampUs);
    expect(times[1]).toBeLessThan(late);
    expect(times[2]).toBe(late);
    store.close();
    expect(host.open().eventCount).toBe(3);
  });

  it('gives no kind that the crate used to a name of ours', () => {
    const log = new RustLogForge().segment().event({ kind: 0x1000 }).event({ kind: 0x1001 });
    const store = log.footer().into(new StoreHost()).open();
    expect([...store.byKind(0x1000)]).toHaveLength(1);
    const receipt = store.append('order:1', someKind, {});
    expect(store.at(receipt.sequence)?.kind).toBe(someKind);
  });
});
