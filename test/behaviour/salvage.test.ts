import { CorruptSegmentError, defineEvent, openStore, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { decodeSegmentHeader } from '../../src/codec/segment-header.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { ForgedLog } from '../support/forged-log.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const options = { segmentMaxBytes: 1300 } as const;
const salvage = { ...options, recovery: 'salvage' } as const;
const batchId = new Uint8Array(8).fill(7);

/** A closed store of four segments with three events each: a batch of two and a single. */
function closedHost(processesBefore = 0): StoreHost {
  const host = new StoreHost(undefined, processesBefore);
  const store = host.open(options);
  for (let round = 0; round < 4; round += 1) {
    store.appendBatch(['order:1', 'order:2'].map((at) => ({ at, kind: someKind, payload: round })));
    store.append('order:1', someKind, { round });
  }
  store.close();
  expect(host.segmentNames()).toHaveLength(4);
  return host;
}

/** Hashes by sequence. */
function hashesOf(store: Store): Map<number, string> {
  const entries = [...store.events(Region.all())];
  return new Map(
    entries.map(({ sequence, hash }) => [sequence, Buffer.from(hash ?? []).toString('hex')]),
  );
}

const undamaged = (() => {
  const store = closedHost().open(options);
  const hashes = hashesOf(store);
  store.close();
  return hashes;
})();

/** Whether the store opens strictly and holds what was written, as far as it can be seen. */
function isSound(host: StoreHost): boolean {
  try {
    const store = host.killed().open(options);
    const { ok } = store.verify();
    store.close();
    return ok;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
    return false;
  }
}

/** Salvages, checks what must hold after every salvage, and tells what it came to. */
function salvaged(host: StoreHost, lost: readonly number[]) {
  expect(isSound(host)).toBe(false);
  const store = host.open(salvage);
  const { recovery } = store;
  const left = new Map([...undamaged].filter(([sequence]) => !lost.includes(sequence)));
  expect(hashesOf(store)).toEqual(left);
  for (const sequence of lost) expect(store.at(sequence)).toBeUndefined();
  expect(store.eventCount).toBe(left.size);
  store.close();
  const again = host.open(options);
  expect(again.recovery).toMatchObject({ ending: 'clean', salvage: undefined, putAway: [] });
  expect(hashesOf(again)).toEqual(left);
  const report = again.verify();
  expect(report).toMatchObject({ ok: true, events: left.size, errors: [] });
  const gaps = report.gaps.flatMap(({ from, count }) =>
    Array.from({ length: count }, (_, index) => from + index),
  );
  expect(gaps).toEqual(lost);
  const receipt = again.append('order:1', someKind, 'new');
  expect(receipt.sequence).toBe(Math.max(11, ...lost) + 1);
  again.close();
  const third = host.open(options);
  expect(third.eventCount).toBe(left.size + 1);
  expect(third.verify().ok).toBe(true);
  third.close();
  const putAway = recovery.putAway.filter(({ path }) => path !== '/store/index.image');
  return { salvage: recovery.salvage, putAway, gaps: report.gaps };
}

/** Where the frames of a segment begin: BEGIN, two items, COMMIT and a single. */
function boundariesOf(host: StoreHost, name: string): number[] {
  const bytes = host.read(name);
  const view = new DataView(bytes.buffer);
  const header = decodeSegmentHeader(bytes, name);
  if (typeof header === 'string') throw new Error(header);
  const boundaries: number[] = [];
  for (let at = header.bytes; at < bytes.length; at += 8 + view.getUint32(at)) boundaries.push(at);
  return boundaries;
}

describe('a salvage', () => {
  it('reports files, bytes, sequences and whose events are lost, and keeps the old file', () => {
    const host = closedHost();
    const [, , , , single = 0] = boundariesOf(host, '000002.fbat');
    host.flip('000002.fbat', single + 30);
    const before = host.read('000002.fbat');
    const { salvage: report, gaps, putAway } = salvaged(host, [5]);
    expect(report?.segments).toEqual([
      {
        segmentId: 2,
        path: '/store/000002.fbat',
        quarantinePath: '/store/quarantine/000002.fbat',
        replacedBy: '/store/000002.1.fbat',
        damage: expect.arrayContaining(['bytes are damaged', 'events are lost']),
        lostBytes: [{ offset: single, bytes: before.length - single }],
        lostSequences: [{ from: 5, count: 1 }],
      },
    ]);
    expect(putAway).toEqual([]);
    const entities = [{ entity: 'order:1', lane: 0, fromClock: 3, count: 1 }];
    expect(gaps).toMatchObject([{ from: 5, count: 1, entities }]);
    expect(host.read('quarantine/000002.fbat')).toEqual(before);
    expect(host.segmentNames()).not.toContain('000002.fbat');
  });

  it('of a sound store does nothing', () => {
    const host = closedHost();
    const before = host.content();
    const store = host.open(salvage);
    expect(store.recovery).toMatchObject({ ending: 'clean', salvage: undefined, putAway: [] });
    store.close();
    expect(host.content()).toEqual(before);
  });

  it('keeps no part of a batch that is not whole', () => {
    const host = closedHost();
    const [begin = 0, first = 0, second = 0, commit = 0] = boundariesOf(host, '000003.fbat');
    for (const at of [begin, first, second, commit]) {
      const copy = host.killed();
      copy.flip('000003.fbat', at + 40);
      salvaged(copy, [6, 7]);
    }
  });

  it('keeps every event behind a damaged header, whatever is left of it', () => {
    for (const name of ['000001.fbat', '000002.fbat', '000004.fbat']) {
      const host = closedHost();
      const [header = 0] = boundariesOf(host, name);
      const bytes = host.read(name);
      bytes.fill(0xa5, 0, header);
      host.replace(name, bytes);
      salvaged(host, []);
    }
  });

  it('keeps every event behind two damaged headers in a row', () => {
    const host = closedHost();
    for (const name of ['000002.fbat', '000003.fbat']) for (const at of [1, 9]) host.flip(name, at);
    salvaged(host, []);
  });

  it('takes up a log whose last header is gone with some of its events', () => {
    const host = closedHost();
    const [, , , , single = 0] = boundariesOf(host, '000004.fbat');
    const bytes = host.read('000004.fbat');
    bytes.fill(0xa5, 0, single);
    host.replace('000004.fbat', bytes);
    const { salvage: report } = salvaged(host, [9, 10]);
    expect(report?.segments).toMatchObject([{ lostBytes: [{ offset: 0, bytes: single }] }]);
  });

  it('declares the events of a missing segment lost', () => {
    for (const [name, lost] of [
      ['000001.fbat', [0, 1, 2]],
      ['000002.fbat', [3, 4, 5]],
    ] as const) {
      const host = closedHost();
      host.files.remove(`/store/${name}`);
      const { salvage: report } = salvaged(host, lost);
      expect(report?.segments).toMatchObject([{ path: undefined, quarantinePath: undefined }]);
    }
  });

  it('declares the events of two missing segments lost', () => {
    const host = closedHost();
    host.files.remove('/store/000002.fbat');
    host.files.remove('/store/000003.fbat');
    salvaged(host, [3, 4, 5, 6, 7, 8]);
  });

  it('declares lost what a segment lacks that was cut at any byte', () => {
    const frames = boundariesOf(closedHost(), '000002.fbat');
    const [begin = 0, item = 0, , , single = 0] = frames;
    const size = closedHost().read('000002.fbat').length;
    const cuts = [0, 30, begin, begin + 1, item, item + 1, single - 1, single, size - 1];
    for (const cut of cuts) {
      const host = closedHost();
      host.replace('000002.fbat', host.read('000002.fbat').subarray(0, cut));
      salvaged(host, cut >= single ? [5] : [3, 4, 5]);
    }
  });

  it('saves what is behind damage in the last segment that once was durable', () => {
    const host = closedHost();
    const [begin = 0, , , , single = 0] = boundariesOf(host, '000004.fbat');
    const zeros = host.read('000004.fbat').fill(0, begin, single);
    host.replace('000004.fbat', zeros);
    salvaged(host, [9, 10]);
  });

  it('finds the frames behind bytes that were put in between', () => {
    const host = closedHost();
    const [, , , , single = 0] = boundariesOf(host, '000002.fbat');
    const bytes = host.read('000002.fbat');
    const parts = [bytes.subarray(0, single), new Uint8Array(33).fill(1), bytes.subarray(single)];
    host.replace('000002.fbat', Buffer.concat(parts));
    const { salvage: report } = salvaged(host, []);
    expect(report?.segments).toMatchObject([{ lostBytes: [{ offset: single, bytes: 33 }] }]);
  });

  it('puts a segment of another store away, and declares what stood there lost', () => {
    const foreign = closedHost(2).read('000003.fbat');
    const host = closedHost();
    host.replace('000003.fbat', foreign);
    const { salvage: report, putAway } = salvaged(host, [6, 7, 8]);
    expect(report?.segments).toMatchObject([{ segmentId: 3, path: undefined }]);
    expect(putAway).toEqual([
      { path: '/store/000003.fbat', quarantinePath: '/store/quarantine/000003.fbat' },
    ]);
    expect(host.read('quarantine/000003.fbat')).toEqual(foreign);
  });

  it('puts away a segment that is there twice', () => {
    const host = closedHost();
    host.replace('000009.fbat', host.read('000002.fbat'));
    const { salvage: report, putAway } = salvaged(host, []);
    expect(report?.segments).toEqual([]);
    expect(putAway.map(({ path }) => path)).toEqual(['/store/000009.fbat']);
  });

  it('puts segments that changed names back in their places', () => {
    const host = closedHost();
    const second = host.read('000002.fbat');
    host.replace('000002.fbat', host.read('000003.fbat'));
    host.replace('000003.fbat', second);
    salvaged(host, []);
  });

  it('declares lost what the image knows of the end, and gives no sequence again', () => {
    const gone = closedHost();
    gone.files.remove('/store/000004.fbat');
    const { salvage: report } = salvaged(gone, [9, 10, 11]);
    expect(report?.segments).toMatchObject([{ segmentId: 4, path: undefined }]);
    const cut = closedHost();
    const [, , , , single = 0] = boundariesOf(cut, '000004.fbat');
    cut.replace('000004.fbat', cut.read('000004.fbat').subarray(0, single));
    salvaged(cut, [11]);
  });

  it('can be made a second time on what the first one wrote', () => {
    const host = closedHost();
    const [, , , , single = 0] = boundariesOf(host, '000002.fbat');
    host.flip('000002.fbat', single + 30);
    host.open(salvage).close();
    const [, , , , gap = 0] = boundariesOf(host, '000002.1.fbat');
    host.flip('000002.1.fbat', gap + 60);
    salvaged(host, [5]);
    expect(host.segmentNames()).toContain('000002.2.fbat');
    const kept = host.files.list('/store/quarantine').filter((name) => name.endsWith('.fbat'));
    expect(kept.sort()).toEqual(['000002.1.fbat', '000002.fbat']);
  });

  it('leaves the newest epoch higher when it rewrote the last segment', () => {
    const host = closedHost();
    const [, , , , single = 0] = boundariesOf(host, '000004.fbat');
    host.flip('000004.fbat', single + 30);
    host.open(salvage).close();
    const header = decodeSegmentHeader(host.read('000004.1.fbat'), '');
    expect(header).toMatchObject({ header: { epoch: 1, previous: { segmentId: 3 } } });
  });
});

describe('a salvage of records that no disk damaged', () => {
  /** Opens the log for salvage, and then strictly. */
  function opened(log: ForgedLog) {
    const files = log.write();
    const dataDir = log.directory;
    const open = (recovery: 'strict' | 'salvage') =>
      openStore({ dataDir, recovery, platform: memoryPlatform({ files }) });
    expect(thrownBy(() => open('strict'))).toBeInstanceOf(CorruptSegmentError);
    const store = open('salvage');
    const sequences = [...store.query(Region.all())].map(({ sequence }) => sequence);
    const segments = store.recovery.salvage?.segments ?? [];
    const names = [0x1000, 0x1001].map((kind) => store.nameOf(kind));
    store.close();
    const again = open('strict');
    expect(again.verify()).toMatchObject({ ok: true, events: sequences.length });
    again.close();
    return { sequences, names, damage: segments.flatMap(({ damage }) => damage) };
  }

  it('drops a second binding of a name and keeps the first', () => {
    const log = new ForgedLog().segment().name('moved', 0x1000).event('a').name('moved', 0x1001);
    const { sequences, names, damage } = opened(log.event('a').clean());
    expect(sequences).toEqual([0, 1]);
    expect(names).toEqual(['moved', undefined]);
    expect(damage).toContain('a second binding');
  });

  it('drops the items of a batch that has no BEGIN', () => {
    const log = new ForgedLog().segment().event('a');
    log.item(batchId, 'b', 0);
    log.item(batchId, 'a', 0);
    const { sequences } = opened(log.event('a').event('c').clean());
    expect(sequences).toEqual([0, 3, 4]);
  });

  it('drops an event whose clock is not the next, and one whose time was over', () => {
    const clocks = new ForgedLog().segment().event('a').event('b', { clock: 5 }).event('a').clean();
    expect(opened(clocks).sequences).toEqual([0, 2]);
    const times = new ForgedLog().segment().event('a').event('b', { timestampUs: 5 }).event('a');
    expect(opened(times.clean()).sequences).toEqual([0, 2]);
  });

  it('drops an event with hashes where there are none', () => {
    const log = new ForgedLog().segment({ hashChain: false });
    log.event('a', { prevHash: undefined }).event('b').event('a', { prevHash: undefined });
    expect(opened(log.clean()).sequences).toEqual([0, 2]);
  });
});

describe('what a salvage can not put right', () => {
  it('is refused with the error it had, and nothing is changed', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('order:1', someKind, 1);
    store.close();
    const bytes = host.read('000001.fbat');
    bytes.fill(0xa5, 0, 130);
    host.replace('000001.fbat', bytes);
    const before = host.content();
    const strict = thrownBy(() => host.open());
    const refused = thrownBy(() => host.open({ recovery: 'salvage' }));
    expect(refused).toBeInstanceOf(CorruptSegmentError);
    expect(refused).toMatchObject({
      message: (strict as Error).message,
      path: '/store/000001.fbat',
    });
    expect(host.content()).toEqual(before);
  });

  it('is also which of two segments of two stores is the right one', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1 });
    for (let index = 0; index < 2; index += 1) store.append('order:1', someKind, index);
    store.close();
    host.replace('000001.fbat', closedHost(5).read('000001.fbat'));
    const refused = thrownBy(() => host.open({ recovery: 'salvage' }));
    expect(refused).toBeInstanceOf(CorruptSegmentError);
  });
});

describe('a store with a gap', () => {
  /** Event 5, of order:1 and clock 3, is lost. */
  function gapped(): Store {
    const host = closedHost();
    const [, , , , single = 0] = boundariesOf(host, '000002.fbat');
    host.flip('000002.fbat', single + 30);
    host.open(salvage).close();
    return host.open(options);
  }

  it('answers queries without the lost events, in both directions', () => {
    const store = gapped();
    const sequences = (region: Region, reverse: boolean) =>
      [...store.query(region, { reverse })].map(({ sequence }) => sequence);
    const all = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11];
    const first = [0, 2, 3, 6, 8, 9, 11];
    expect(sequences(Region.all(), false)).toEqual(all);
    expect(sequences(Region.all(), true)).toEqual([...all].reverse());
    expect(sequences(Region.entity('order:1'), false)).toEqual(first);
    expect(sequences(Region.entity('order:1'), true)).toEqual([...first].reverse());
    expect(sequences(Region.prefix('order:1'), false)).toEqual(first);
    expect([...store.query(Region.all(), { after: 4, limit: 1 })][0]?.sequence).toBe(6);
    expect([...store.byKind(someKind)]).toHaveLength(11);
    expect([...store.byKind(0)]).toEqual([]);
    expect([...store.stream('order:1')].map(({ clock }) => clock)).toEqual([0, 1, 2, 4, 5, 6, 7]);
  });

  it('goes on behind the newest clock of each entity', () => {
    const store = gapped();
    expect(store.head('order:1')).toEqual({ clock: 7, sequence: 11 });
    const receipt = store.append('order:1', someKind, 1, { expected: 7 });
    expect(receipt).toMatchObject({ clock: 8, sequence: 12 });
    const Named = defineEvent<number>({ name: 'named' });
    expect(store.append('order:1', Named, 1).clock).toBe(9);
    store.sync();
    expect(store.durableThrough()).toBe(13);
    expect(store.close()).toMatchObject({ events: 13, clean: true });
  });
});
