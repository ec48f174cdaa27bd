import { Region } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import {
  answersOf,
  footedHost,
  Moved,
  settle,
  smallSegments,
  Turned,
  writeSome,
} from '../support/fast-reopen.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { appendSome, type HostOptions, StoreHost, someKind } from '../support/store-host.ts';

const withoutImage: HostOptions = { ...smallSegments, index: { enableCheckpoint: false } };

/** The host with the footers of its segments cut off. */
function withoutFooters(host: StoreHost): StoreHost {
  const plain = host.killed();
  for (const segment of plain.open(withoutImage).verify().ok ? plain.segmentNames() : []) {
    const bytes = plain.read(segment);
    const at = footerAt(bytes);
    if (at !== undefined) plain.replace(segment, bytes.subarray(0, at));
  }
  return plain.killed();
}

/** Where the footer of a segment begins; `undefined` when it has none. */
function footerAt(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const trailer = bytes.length - 40;
  if (trailer < 0 || text.toString('latin1', trailer, trailer + 8) !== 'FBATFOOT') return undefined;
  return trailer - Number(text.readBigUInt64BE(trailer + 12) + text.readBigUInt64BE(trailer + 20));
}

describe('opening after a close', () => {
  it('takes all from the index image', () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    const keys = writeSome(store, 5);
    const answers = answersOf(store, keys);
    store.close();
    expect(host.files.list(host.directory)).toContain('index.image');
    const again = host.open(smallSegments);
    expect(again.recovery).toMatchObject({
      ending: 'clean',
      events: 25,
      sources: { image: 25, footers: 0, scanned: 0 },
      refused: [],
    });
    expect(answersOf(again, keys)).toEqual(answers);
    expect(again.durableThrough()).toBe(24);
  });

  it('goes on as if it had never been closed', () => {
    const host = new StoreHost();
    const first = host.open(smallSegments);
    writeSome(first, 2);
    first.close();
    const store = host.open(smallSegments);
    const kind = [...store.byKind(Moved)][0]?.kind;
    const [receipt] = store.appendBatch([{ at: 'order:1', kind: Moved, payload: { x: 1 } }]);
    expect(receipt).toMatchObject({ sequence: 10, clock: 5 });
    expect(store.at(10)?.kind).toBe(kind);
    expect(store.append('order:1', Moved, { x: 0 }, { idempotencyKey: 'key-0' })).toMatchObject({
      replayed: true,
      sequence: 1,
    });
    expect(store.verify()).toMatchObject({ ok: true, events: 11 });
  });

  it('reads what was written since the image, and writes another one', () => {
    const host = new StoreHost();
    const first = host.open(smallSegments);
    writeSome(first, 3);
    first.close();
    const second = host.open(smallSegments);
    writeSome(second, 2);
    const answers = answersOf(second);
    const killed = host.killed();
    const third = killed.open(smallSegments);
    expect(third.recovery).toMatchObject({
      ending: 'unclean',
      sources: { image: 15, footers: 0, scanned: 10 },
    });
    expect(answersOf(third)).toEqual(answers);
    third.append('order:1', someKind, 1);
    third.close();
    expect(killed.open().recovery.sources).toEqual({ image: 26, footers: 0, scanned: 0 });
  });

  it('writes no image when it would say the same, and none without a change', () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    writeSome(store, 3);
    store.close();
    const before = host.content();
    host.open(smallSegments).close();
    expect(host.plan.count('rename', 'index.image')).toBe(1);
    expect(host.content()).toEqual(before);
  });

  it('makes good for an image that is gone or damaged', () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    writeSome(store, 3);
    store.close();
    const image = host.read('index.image');
    host.files.remove('/store/index.image');
    host.open(smallSegments).close();
    expect(host.read('index.image')).toEqual(image);
    host.flip('index.image', image.length - 1);
    const again = host.open(smallSegments);
    expect(again.recovery).toMatchObject({
      sources: { image: 0, scanned: 15 },
      refused: [{ path: '/store/index.image', reason: 'cut off or damaged' }],
    });
    again.close();
    expect(host.read('index.image')).toEqual(image);
  });

  it('does without an image where that is wanted', () => {
    const host = new StoreHost();
    const store = host.open(withoutImage);
    writeSome(store, 3);
    store.close();
    expect(host.files.list(host.directory)).not.toContain('index.image');
    host.open(smallSegments).close();
    expect(host.open(withoutImage).recovery.sources).toMatchObject({ image: 0, scanned: 15 });
  });

  it('reads all columns at once where that is wanted', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 5);
    store.close();
    const opened = [true, false].map((lazyImage) => {
      const before = host.plan.count('open', 'index.image');
      const one = host.open({ index: { lazyImage } });
      const reads = host.plan.count('open', 'index.image') - before;
      one.close();
      return reads;
    });
    expect(opened).toEqual([1, 2]);
  });

  it('leaves a name that a symbolic link bears alone, with a warning', () => {
    const host = new StoreHost();
    host.files.symlink('/elsewhere', '/store/index.image');
    const warnings: string[] = [];
    const logger = { warn: (_: unknown, text: string) => warnings.push(text), error: () => 0 };
    const store = host.open({ logger });
    writeSome(store, 1);
    expect(store.close()).toEqual({ events: 5, clean: true });
    expect(warnings).toEqual([expect.stringContaining('the index image could not be written')]);
    expect(host.files.stat('/store/index.image')?.type).toBe('symlink');
    expect(host.open().recovery).toMatchObject({
      refused: [{ path: '/store/index.image', reason: 'no file' }],
      sources: { scanned: 5 },
    });
  });
});

describe('opening after a crash', () => {
  it('takes sealed segments from their footers and reads the last one', async () => {
    const { host, store, keys } = await footedHost();
    const answers = answersOf(store, keys);
    const killed = host.killed();
    const again = killed.open(smallSegments);
    const { footers, scanned } = again.recovery.sources;
    const last = [...store.query(Region.all(), { reverse: true, limit: 1 })][0];
    const inLast = [...store.query(Region.all())].filter(
      ({ position }) => position.segmentId === last?.position.segmentId,
    );
    expect(scanned).toBe(inLast.length);
    expect(footers).toBe(40 - inLast.length);
    expect(answersOf(again, keys)).toEqual(answers);
    again.append('order:1', Turned, { by: 1 });
    expect(again.verify().ok).toBe(true);
  });

  it('makes good for footers that a process could not write any more', async () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    writeSome(store, 6);
    const killed = host.killed();
    const second = killed.open(smallSegments);
    expect(second.recovery.sources).toEqual({ image: 0, footers: 0, scanned: 30 });
    writeSome(second, 3);
    await settle();
    const answers = answersOf(second);
    const third = killed.killed().open(smallSegments);
    expect(third.recovery.sources.footers).toBeGreaterThan(30);
    expect(answersOf(third)).toEqual(answers);
  });

  it('keeps rows that are in a footer out of the image', async () => {
    const { host, store } = await footedHost(30);
    const plain = new StoreHost();
    const other = plain.open(smallSegments);
    writeSome(other, 30);
    other.close();
    store.close();
    const saved = plain.read('index.image').length - host.read('index.image').length;
    expect(saved).toBeGreaterThan(34 * 100 - 40 * 30);
    expect(answersOf(host.open())).toEqual(answersOf(plain.open()));
  });
});

describe('opening a store that lost events', () => {
  it('knows its gaps from the image and from footers as from the frames', async () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    writeSome(store, 8);
    store.close();
    host.flip('000002.fbat', 500);
    const salvaged = host.open({ ...smallSegments, recovery: 'salvage' });
    expect(salvaged.recovery.salvage?.segments).toHaveLength(1);
    writeSome(salvaged, 6);
    await settle();
    const answers = answersOf(salvaged);
    expect(salvaged.verify().gaps).not.toEqual([]);
    const footers = host.killed().open(withoutImage);
    expect(footers.recovery.sources.footers).toBeGreaterThan(20);
    expect(answersOf(footers)).toEqual(answers);
    salvaged.close();
    const image = host.open(smallSegments);
    expect(image.recovery.sources).toMatchObject({ footers: 0, scanned: 0 });
    expect(answersOf(image)).toEqual(answers);
    image.append('order:1', someKind, 1);
    expect(image.verify().ok).toBe(true);
  });
});

describe('the three ways of opening', () => {
  it('answer every question the same, whatever was written', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('write' as const) },
      { weight: 2, arbitrary: fc.constant('settle' as const) },
      { weight: 2, arbitrary: fc.constant('close' as const) },
      { weight: 2, arbitrary: fc.constant('kill' as const) },
      { weight: 1, arbitrary: fc.constant('power loss' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.nat(), async (steps, seed) => {
        const random = new SeededRandom(seed);
        let host = new StoreHost();
        let store = host.open(smallSegments);
        const keys: string[] = [];
        for (const one of steps) {
          if (one === 'write') keys.push(...writeSome(store, 1 + Math.floor(random.next() * 3)));
          if (one === 'settle') await settle();
          if (one === 'close') store.close();
          if (one === 'kill') host = host.killed();
          if (one === 'power loss') host = host.afterPowerLoss(random);
          if (one === 'write' || one === 'settle') continue;
          store = host.open(smallSegments);
        }
        const fast = answersOf(host.killed().open(smallSegments), keys);
        const footers = answersOf(host.killed().open(withoutImage), keys);
        const scanned = answersOf(withoutFooters(host).open(withoutImage), keys);
        expect(footers).toEqual(scanned);
        expect(fast).toEqual(scanned);
        store.close();
        expect(answersOf(host.killed().open(smallSegments), keys)).toEqual(scanned);
      }),
      propertyRuns(20),
    );
  }, 120_000);
});
