import { crc32 } from 'node:zlib';
import { CorruptSegmentError, isBatpakError, type Logger, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { answersOf, footedHost, settle, smallSegments, writeSome } from '../support/fast-reopen.ts';
import { type HostOptions, StoreHost, thrownBy } from '../support/store-host.ts';

const withoutImage: HostOptions = { ...smallSegments, index: { enableCheckpoint: false } };

/** A closed store with an image, and what it answers. */
function closedHost(rounds = 2): { readonly host: StoreHost; readonly answers: string[] } {
  const host = new StoreHost();
  const store = host.open(smallSegments);
  writeSome(store, rounds);
  const answers = answersOf(store);
  store.close();
  return { host, answers };
}

/** What a store that is opened now answers, or the code of the error that it meets. */
function verdictOf(host: StoreHost, answers: readonly string[], options = smallSegments): string {
  let store: ReturnType<StoreHost['open']> | undefined;
  try {
    store = host.open(options);
    const found = answersOf(store);
    return found.join('\n') === answers.join('\n') ? 'the same' : 'other answers';
  } catch (thrown) {
    return isBatpakError(thrown) ? thrown.code : `uncoded: ${thrown}`;
  } finally {
    store?.close();
  }
}

describe('a damaged index image', () => {
  it('changes no answer, whichever byte is wrong', () => {
    const { host, answers } = closedHost(1);
    const image = host.read('index.image');
    const wrong: string[] = [];
    for (let offset = 0; offset < image.length; offset += 1) {
      const damaged = image.slice();
      damaged[offset] = (damaged[offset] ?? 0) ^ (1 << (offset % 8));
      host.replace('index.image', damaged);
      const verdict = verdictOf(host, answers);
      if (verdict !== 'the same') wrong.push(`byte ${offset}: ${verdict}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('changes no answer, wherever it is cut off', () => {
    const { host, answers } = closedHost();
    const image = host.read('index.image');
    for (let length = 0; length < image.length; length += 7) {
      host.replace('index.image', image.subarray(0, length));
      expect(verdictOf(host, answers)).toBe('the same');
    }
  });

  it('gives its columns anew from the frames, with a warning', () => {
    const { host, answers } = closedHost();
    // The columns stand at its start, and are read when they are first needed.
    host.flip('index.image', 3);
    const warnings: string[] = [];
    const logger: Logger = { warn: (_, text) => warnings.push(text), error: () => undefined };
    const store = host.open({ ...smallSegments, logger });
    expect(store.recovery.sources).toMatchObject({ image: 10, scanned: 0 });
    expect(answersOf(store)).toEqual(answers);
    expect(warnings).toEqual([expect.stringContaining('columns of the index')]);
  });

  it('gives its columns anew also while the store is being written', () => {
    const { host } = closedHost();
    host.flip('index.image', 3);
    const store = host.open(smallSegments);
    expect(store.append('order:1', 0x1abc, 'next')).toMatchObject({ sequence: 10 });
    writeSome(store, 2);
    expect(store.verify()).toMatchObject({ ok: true, events: 21 });
    const answers = answersOf(store);
    expect(answersOf(host.killed().open(withoutImage))).toEqual(answers);
  });
});

describe('an index image that is not of this log', () => {
  it('is passed over when it is of another store', () => {
    const { host, answers } = closedHost();
    const other = new StoreHost(undefined, 7);
    const store = other.open(smallSegments);
    writeSome(store, 2);
    store.close();
    host.replace('index.image', other.read('index.image'));
    const again = host.open(smallSegments);
    expect(again.recovery.refused).toEqual([
      { path: '/store/index.image', reason: 'another store' },
    ]);
    expect(answersOf(again)).toEqual(answers);
  });

  it('is passed over when its epoch is another', () => {
    const { host } = closedHost();
    const image = host.read('index.image');
    const view = new DataView(image.buffer, image.byteOffset, image.length);
    const summaryAt = Number(view.getBigUint64(image.length - 28));
    // The epoch stands behind the id of the store; the checksums are made good.
    view.setUint32(summaryAt + 16, 9);
    host.replace('index.image', resealed(image, summaryAt));
    expect(host.open(smallSegments).recovery).toMatchObject({
      refused: [{ reason: 'another log' }],
      sources: { image: 0, scanned: 10 },
    });
  });

  it('refuses the store when it knows a segment that is missing', () => {
    const { host } = closedHost();
    const last = host.segmentNames().at(-1) ?? '';
    host.files.remove(`/store/${last}`);
    const thrown = thrownBy(() => host.open(smallSegments));
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
    expect(thrown).toMatchObject({ path: `/store/${last}`, offset: 0, actual: 'no such file' });
    expect(host.open(withoutImage).eventCount).toBeLessThan(10);
  });

  it('refuses the store when its last segment was cut back', () => {
    const { host } = closedHost();
    const last = host.segmentNames().at(-1) ?? '';
    const bytes = host.read(last);
    host.replace(last, bytes.subarray(0, bytes.length - 62));
    expect(thrownBy(() => host.open(smallSegments))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: `/store/${last}`,
      offset: bytes.length - 62,
    });
  });

  it('refuses the store when the last frame that it knows is another', () => {
    const { host } = closedHost();
    const store = host.open(smallSegments);
    const [entry] = [...store.query(Region.all(), { reverse: true, limit: 1 })];
    store.close();
    const { segmentId, offset = 0, length = 0 } = entry?.position ?? {};
    const name = `00000${segmentId}.fbat`;
    host.flip(name, offset + length - 1);
    expect(thrownBy(() => host.open(smallSegments))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: `/store/${name}`,
      offset,
    });
  });
});

describe('a damaged footer', () => {
  it('changes no answer, whichever byte is wrong', async () => {
    const { host, store } = await footedHost(2);
    const answers = answersOf(store);
    const killed = host.killed();
    const wrong: string[] = [];
    let flipped = 0;
    for (const name of killed.segmentNames().slice(0, 1)) {
      const bytes = killed.read(name);
      for (let offset = footerAt(bytes); offset < bytes.length; offset += 1) {
        killed.flip(name, offset, 1 << (offset % 8));
        const verdict = verdictOf(killed, answers);
        if (verdict !== 'the same') wrong.push(`${name} byte ${offset}: ${verdict}`);
        killed.flip(name, offset, 1 << (offset % 8));
        flipped += 1;
      }
    }
    expect(flipped).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  }, 120_000);

  it('is no data, wherever it is cut off, and is written anew', async () => {
    const { host, store } = await footedHost(3);
    const answers = answersOf(store);
    const killed = host.killed();
    const [name = ''] = killed.segmentNames();
    const bytes = killed.read(name);
    for (let length = footerAt(bytes); length < bytes.length; length += 11) {
      const cut = killed.killed();
      cut.replace(name, bytes.subarray(0, length));
      const again = cut.open(smallSegments);
      expect(again.recovery.refused).toEqual([]);
      expect(answersOf(again)).toEqual(answers);
    }
  });

  it('is reported with its path and its reason', async () => {
    const { host } = await footedHost(3);
    const killed = host.killed();
    const [name = ''] = killed.segmentNames();
    killed.flip(name, killed.read(name).length - 45);
    expect(killed.open(smallSegments).recovery.refused).toEqual([
      { path: `/store/${name}`, reason: 'footer: checksum mismatch' },
    ]);
  });

  it('of another segment of the same store is refused', async () => {
    const { host, store } = await footedHost(4);
    const answers = answersOf(store);
    const killed = host.killed();
    const [first = '', second = ''] = killed.segmentNames();
    const [one, other] = [killed.read(first), killed.read(second)];
    const frames = one.subarray(0, footerAt(one));
    killed.replace(first, Buffer.concat([frames, other.subarray(footerAt(other))]));
    const again = killed.open(smallSegments);
    expect(again.recovery.refused).toEqual([
      { path: `/store/${first}`, reason: 'footer: of another segment' },
    ]);
    expect(answersOf(again)).toEqual(answers);
  });
});

describe('a failure of the disk', () => {
  it('at any call of close, and of the footers before it, loses nothing', async () => {
    for (let nth = 1; ; nth += 1) {
      const { host, store } = await footedHost(2);
      writeSome(store, 2);
      const answers = answersOf(store);
      const before = host.plan.count();
      host.plan.fail({ nth, code: 'EIO' });
      await settle();
      attempt(() => store.close());
      const calls = host.plan.count() - before;
      host.plan.heal();
      expect(verdictOf(host.killed(), answers), `call ${nth}`).toBe('the same');
      if (nth > calls) break;
    }
  });

  it('that keeps an image from being written is a warning', () => {
    const host = new StoreHost();
    const warnings: string[] = [];
    const logger: Logger = { warn: (_, text) => warnings.push(text), error: () => undefined };
    const store = host.open({ ...smallSegments, logger });
    writeSome(store, 2);
    host.plan.fail({ operation: 'rename', path: 'index.image', code: 'EACCES' });
    expect(store.close()).toEqual({ events: 10, clean: true });
    expect(warnings).toEqual([expect.stringContaining('the index image could not be written')]);
    expect(host.files.list('/store')).not.toContain('index.image.new');
  });

  it('that keeps a footer from being written is a warning', async () => {
    const host = new StoreHost();
    const warnings: string[] = [];
    const logger: Logger = { warn: (_, text) => warnings.push(text), error: () => undefined };
    const store = host.open({ ...smallSegments, logger });
    host.plan.fail({ operation: 'beginSync', path: '000001.fbat', code: 'EIO' });
    writeSome(store, 4);
    await settle();
    expect(warnings).toEqual([expect.stringContaining('the footer of a segment')]);
    expect(store.append('order:1', 0x1abc, 1).sequence).toBe(20);
  });
});

describe('power loss', () => {
  it('at any call of close or of the footers loses nothing that was durable', async () => {
    const random = new SeededRandom(4711);
    for (let nth = 1; ; nth += 1) {
      const { host, store } = await footedHost(2);
      writeSome(store, 2);
      store.sync();
      const answers = answersOf(store);
      let left: StoreHost | undefined;
      host.plan.before({ nth }, () => {
        left = host.afterPowerLoss(random);
      });
      await settle();
      store.close();
      if (left === undefined) break;
      expect(verdictOf(left, answers), `call ${nth}`).toBe('the same');
    }
  });
});

/** Where the footer of a segment begins; its end when it has none. */
function footerAt(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const trailer = bytes.length - 40;
  if (file.toString('latin1', trailer, trailer + 8) !== 'FBATFOOT') return bytes.length;
  return trailer - Number(file.readBigUInt64BE(trailer + 12) + file.readBigUInt64BE(trailer + 20));
}

/** The image with checksums that hold again. */
function resealed(image: Uint8Array, summaryAt: number): Uint8Array {
  const trailer = image.length - 40;
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  view.setUint32(trailer + 28, crc32(image.subarray(summaryAt, trailer)));
  view.setUint32(trailer + 36, crc32(image.subarray(trailer, trailer + 36)));
  return image;
}

function attempt(call: () => unknown): void {
  try {
    call();
  } catch {
    // What a failure is called is not what this is about, but what is left of the store.
  }
}
