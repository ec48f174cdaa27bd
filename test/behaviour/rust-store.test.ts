import { CorruptSegmentError, Region, UnsupportedVersionError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { formatId } from '../../src/model/event-id.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import {
  closedRustHost,
  eventsOf,
  expectedEvents,
  rustFilesOf,
  toldBy,
} from '../support/rust-fixture.ts';
import { RustLogForge } from '../support/rust-log.ts';
import { someKind, thrownBy } from '../support/store-host.ts';

describe('a directory of the Rust crate', () => {
  it('opens with every event as the crate told it', () => {
    const store = closedRustHost().open();
    expect(eventsOf(store)).toEqual(expectedEvents);
    expect(store.eventCount).toBe(expectedEvents.length);
    expect(store.recovery).toMatchObject({
      ending: 'clean',
      events: expectedEvents.length,
      rust: { segments: 4, uncommittedEvents: 0, hiddenEvents: 0, tornTails: [] },
    });
  });

  it('finds each event by its id, its entity and its kind', () => {
    const store = closedRustHost().open();
    for (const { eventId, sequence } of expectedEvents) {
      const id = formatId(Uint8Array.from(Buffer.from(eventId, 'hex')), 0);
      expect(store.get(id)?.sequence).toBe(sequence);
    }
    const ofEntity = expectedEvents.filter(({ entity }) => entity === 'order:9');
    const stream = [...store.stream('order:9')];
    expect(stream.map(({ sequence }) => sequence)).toEqual(
      ofEntity.map(({ sequence }) => sequence),
    );
    expect(stream.map(({ clock }) => clock)).toEqual(ofEntity.map((_, clock) => clock));
    expect([...store.byKind(8193)]).toHaveLength(
      expectedEvents.filter(({ kind }) => kind === 8193).length,
    );
  });

  it('passes verify, hashes and links included', () => {
    const report = closedRustHost().open().verify();
    expect(report).toMatchObject({
      ok: true,
      events: expectedEvents.length,
      entities: 15,
      errors: [],
    });
  });

  it('goes on in a segment of its own, whose first event links to the last of the crate', () => {
    const host = closedRustHost();
    const store = host.open();
    const last = [...store.stream('order:9', { reverse: true, limit: 1 })][0];
    const hash = store.at(last?.sequence ?? 0)?.hash;
    const receipt = store.append('order:9', 0x1005, { ours: true });
    expect(receipt).toMatchObject({
      sequence: expectedEvents.length,
      clock: (last?.clock ?? 0) + 1,
      position: { segmentId: 5 },
    });
    expect(store.at(receipt.sequence)?.prevHash).toEqual(hash);
    expect(store.close()).toEqual({ events: expectedEvents.length + 1, clean: true });
    expect(host.segmentNames()).toEqual([1, 2, 3, 4, 5].map((id) => `00000${id}.fbat`));
  });

  it('holds both parts when it is opened again, by a writer and by a reader', () => {
    const host = closedRustHost();
    const first = host.open({ segmentMaxBytes: 700 });
    const ours = Array.from({ length: 12 }, (_, index) =>
      first.append(`order:${index % 3}`, someKind, { index }),
    );
    first.close();
    const store = host.open({ segmentMaxBytes: 700 });
    expect(eventsOf(store).slice(0, expectedEvents.length)).toEqual(expectedEvents);
    expect(
      [...store.query(Region.all())].map(({ sequence }) => sequence).slice(expectedEvents.length),
    ).toEqual(ours.map(({ sequence }) => sequence));
    expect(store.verify()).toMatchObject({ ok: true, events: expectedEvents.length + 12 });
    store.append('order:1', someKind, { index: 12 });
    store.close();
    const platform = memoryPlatform({ files: host.files });
    const reader = openReadOnly({ dataDir: host.directory, platform });
    expect([...reader.events(Region.all())].slice(0, expectedEvents.length).map(toldBy)).toEqual(
      expectedEvents,
    );
    expect(reader.eventCount).toBe(expectedEvents.length + 13);
  });

  it('is opened again after a kill before the first close', () => {
    const host = closedRustHost();
    const store = host.open();
    store.append('order:1', someKind, { index: 0 });
    const again = host.killed().open();
    expect(again.eventCount).toBe(expectedEvents.length + 1);
    expect(again.recovery.ending).toBe('unclean');
    again.append('order:1', someKind, { index: 1 });
    again.close();
    expect(again.recovery.rust?.segments).toBe(4);
  });

  it('is durable when an append that asked for it returns', () => {
    const host = closedRustHost();
    const store = host.open();
    expect(store.durableThrough()).toBeUndefined();
    store.append('order:1', someKind, { index: 0 }, { durable: true });
    const again = host.afterPowerLoss().open();
    expect(eventsOf(again).slice(0, expectedEvents.length)).toEqual(expectedEvents);
    expect(again.eventCount).toBe(expectedEvents.length + 1);
  });

  it('is read with openReadOnly without being touched', () => {
    const host = closedRustHost();
    const before = host.content();
    const platform = memoryPlatform({ files: host.files });
    const reader = openReadOnly({ dataDir: host.directory, platform });
    expect([...reader.events(Region.all())].map(toldBy)).toEqual(expectedEvents);
    expect(reader.refresh().events).toBe(0);
    expect(reader.recovery.rust?.segments).toBe(4);
    reader.close();
    expect(host.content()).toEqual(before);
  });

  it('is followed by a reader from the last event of the crate to the first of ours', () => {
    const host = closedRustHost();
    const platform = memoryPlatform({ files: host.files });
    const reader = openReadOnly({ dataDir: host.directory, platform });
    const store = host.open();
    store.append('order:1', someKind, { index: 0 });
    reader.refresh();
    expect(reader.eventCount).toBe(expectedEvents.length + 1);
    store.append('order:1', someKind, { index: 1 });
    expect(reader.refresh()).toMatchObject({ events: 1 });
    expect(reader.verify()).toMatchObject({ ok: true, events: expectedEvents.length + 2 });
  });

  it('keeps every file of the crate as it is, and adds none until something is appended', () => {
    const host = closedRustHost();
    const before = rustFilesOf(host);
    expect(host.open().close()).toEqual({ events: expectedEvents.length, clean: true });
    expect(host.segmentNames()).toHaveLength(4);
    const store = host.open();
    for (let index = 0; index < 20; index += 1) store.append('order:1', someKind, { index });
    store.close();
    expect(rustFilesOf(host)).toEqual(before);
  });

  it('is refused when a segment of the crate stands behind one of ours', () => {
    const host = closedRustHost();
    const store = host.open();
    store.append('order:1', someKind, {});
    store.close();
    new RustLogForge().segment(6).event().footer().into(host);
    const thrown = thrownBy(() => host.open());
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
    expect(thrown).toMatchObject({ path: '/store/000006.fbat', offset: 0 });
  });

  it('is refused when it was lengthened or shortened after ours began', () => {
    const host = closedRustHost();
    const store = host.open();
    store.append('order:1', someKind, {});
    store.close();
    const bytes = host.read('000004.fbat');
    const lastFrame = 14390;
    host.replace('000004.fbat', bytes.subarray(0, lastFrame - 1));
    expect(thrownBy(() => host.open())).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: '/store/000005.fbat',
    });
  });

  it('refuses a version of the future by name', () => {
    const host = closedRustHost();
    // The byte behind the name of the field holds the version.
    host.flip('000004.fbat', 17, 1 ^ 3);
    const thrown = thrownBy(() => host.open());
    expect(thrown).toBeInstanceOf(UnsupportedVersionError);
    expect(thrown).toMatchObject({ path: '/store/000004.fbat', version: 3 });
  });
});
