import { CorruptSegmentError, Region, type Store, UnsupportedVersionError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { decodeSegmentHeader } from '../../src/codec/segment-header.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

// Opening by the index image doesn't read the frames: what it would miss is fast-reopen's matter.
const options = { segmentMaxBytes: 1300, index: { enableCheckpoint: false } };

/** A store of four segments with singles and batches, cleanly closed. */
function closedHost(processesBefore = 0): StoreHost {
  const host = new StoreHost(undefined, processesBefore);
  const store = host.open(options);
  for (let round = 0; round < 4; round += 1) {
    store.append('order:1', someKind, { round });
    store.appendBatch(['order:1', 'order:2'].map((at) => ({ at, kind: someKind, payload: round })));
  }
  store.close();
  return host;
}

/** Everything that a store serves, as text. */
function servedBy(store: Store): string[] {
  return [...store.events(Region.all())].map((event) => JSON.stringify(event));
}

function headerBytesOf(host: StoreHost, name: string): number {
  const decoded = decodeSegmentHeader(host.read(name), name);
  if (typeof decoded === 'string') throw new Error(`${name} has no header: ${decoded}`);
  return decoded.bytes;
}

/** Where the CLEAN record of a cleanly closed store begins, which is all that may go unnoticed. */
function cleanRecordAt(host: StoreHost, name: string): number {
  const store = host.open(options);
  const last = [...store.query(Region.all(), { reverse: true, limit: 1 })][0];
  store.close();
  // Behind the last event there are the COMMIT of its batch and the CLEAN record.
  const bytes = host.read(name);
  const view = new DataView(bytes.buffer);
  let offset = (last?.position.offset ?? 0) + (last?.position.length ?? 0);
  for (let next = offset; next < bytes.length; next += 8 + view.getUint32(next)) offset = next;
  return offset;
}

describe('a changed byte of a closed store', () => {
  it('is refused at the opening with its path, or lies in the CLEAN record and is harmless', () => {
    const host = closedHost();
    const served = servedBy(host.killed().open(options));
    const names = host.segmentNames();
    expect(names).toHaveLength(4);
    const lastName = names.at(-1) ?? '';
    const cleanAt = cleanRecordAt(host, lastName);
    const wrong: string[] = [];
    for (const name of names) {
      for (let offset = 0; offset < host.read(name).length; offset += 1) {
        const mask = 1 << (offset % 8);
        host.flip(name, offset, mask);
        const verdict = verdictOf(host, served);
        const harmless = name === lastName && offset >= cleanAt;
        const allowed = harmless ? 'the same' : `refused: /store/${name}`;
        if (verdict !== allowed) wrong.push(`${name} byte ${offset} ^ ${mask}: ${verdict}`);
        host.flip(name, offset, mask);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is refused with the offset of the frame it lies in', () => {
    const host = closedHost();
    const store = host.open(options);
    const entry = [...store.query(Region.all())][1];
    store.close();
    if (entry === undefined) throw new Error('there is a second event');
    const { segmentId, offset, length } = entry.position;
    const name = `00000${segmentId}.fbat`;
    for (const at of [offset + 8, offset + length - 1]) {
      host.flip(name, at);
      const thrown = thrownBy(() => host.open(options));
      expect(thrown).toBeInstanceOf(CorruptSegmentError);
      expect(thrown).toMatchObject({ path: `/store/${name}`, offset });
      host.flip(name, at);
    }
  });

  it('in the header is refused also when it is the only segment', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    store.close();
    const wrong: string[] = [];
    for (let offset = 0; offset < headerBytesOf(host, '000001.fbat'); offset += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        host.flip('000001.fbat', offset, 1 << bit);
        const verdict = verdictOf(host, ['never the same']);
        if (!verdict.startsWith('refused')) wrong.push(`byte ${offset} bit ${bit}: ${verdict}`);
        host.flip('000001.fbat', offset, 1 << bit);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('changes nothing on the disk when it is refused', () => {
    const host = closedHost();
    host.flip('000002.fbat', 300);
    const before = host.content();
    thrownBy(() => host.open(options));
    expect(host.content()).toEqual(before);
    host.flip('000002.fbat', 300);
    expect(host.open(options).verify()).toMatchObject({ ok: true, events: 12 });
  });
});

describe('a changed byte under an open store', () => {
  it('is never served: the event it lies in is refused, and verify finds it', () => {
    const host = closedHost();
    const store = host.open(options);
    const served = servedBy(store);
    const entries = [...store.query(Region.all())];
    const wrong: string[] = [];
    for (const name of host.segmentNames()) {
      for (let offset = 0; offset < host.read(name).length; offset += 1) {
        host.flip(name, offset);
        const segmentId = Number.parseInt(name, 10);
        const hit = entries.find(
          ({ position }) =>
            position.segmentId === segmentId &&
            offset >= position.offset &&
            offset < position.offset + position.length,
        );
        const where = `${name} byte ${offset}`;
        const found = pathsFoundBy(store);
        if (found !== `/store/${name}`) wrong.push(`${where}: verify finds ${found}`);
        for (const [sequence, entry] of entries.entries()) {
          const read = readAgain(store, sequence);
          const expected = entry === hit ? 'refused' : served[sequence];
          if (read !== expected) wrong.push(`${where}: event ${sequence} is ${read}`);
        }
        host.flip(name, offset);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('stops an iteration at the event it lies in, with path and offset', () => {
    const host = closedHost();
    const store = host.open(options);
    const entry = [...store.query(Region.all())][4];
    if (entry === undefined) throw new Error('there is a fifth event');
    const name = `00000${entry.position.segmentId}.fbat`;
    host.flip(name, entry.position.offset + 20);
    const seen: number[] = [];
    const thrown = thrownBy(() => {
      for (const { sequence } of store.events(Region.all())) seen.push(sequence);
    });
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
    expect(thrown).toMatchObject({ path: `/store/${name}`, offset: entry.position.offset });
  });
});

describe('a damaged end that once was durable', () => {
  it('is no torn tail: later frames tell that it was synced', () => {
    const host = new StoreHost();
    const store = host.open();
    const [first] = appendSome(store, 1);
    store.sync();
    appendSome(store, 1);
    const killed = host.killed();
    killed.flip('000001.fbat', (first?.position.offset ?? 0) + 30);
    expect(thrownBy(() => killed.open())).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      offset: first?.position.offset,
    });
  });

  it('is a torn tail when nothing tells that it was synced', () => {
    const host = new StoreHost();
    const store = host.open();
    const receipts = appendSome(store, 3);
    const killed = host.killed();
    killed.flip('000001.fbat', (receipts[1]?.position.offset ?? 0) + 30);
    expect(killed.open().recovery).toMatchObject({ ending: 'unclean', events: 1 });
  });
});

describe('a segment file', () => {
  const refused = (host: StoreHost): string => {
    const thrown = thrownBy(() => host.open(options));
    if (thrown instanceof CorruptSegmentError) return thrown.path;
    throw thrown;
  };

  it('that is missing is noticed by the next one', () => {
    for (const name of ['000001.fbat', '000002.fbat']) {
      const host = closedHost();
      host.files.remove(`/store/${name}`);
      const next = name === '000001.fbat' ? '000002.fbat' : '000003.fbat';
      expect(refused(host)).toBe(`/store/${next}`);
    }
  });

  it('that was shortened at the end of a frame is noticed by the next one', () => {
    const host = closedHost();
    const bytes = host.read('000002.fbat');
    const view = new DataView(bytes.buffer);
    const boundaries: number[] = [];
    for (let at = headerBytesOf(host, '000002.fbat'); at < bytes.length; ) {
      boundaries.push(at);
      at += 8 + view.getUint32(at);
    }
    expect(boundaries.length).toBeGreaterThan(3);
    for (const boundary of boundaries) {
      host.replace('000002.fbat', bytes.subarray(0, boundary));
      expect(refused(host), `cut to ${boundary}`).toMatch(/00000[23]\.fbat$/);
    }
  });

  it('of another store is refused in any place', () => {
    const other = closedHost(2);
    for (const name of ['000001.fbat', '000002.fbat', '000003.fbat']) {
      const host = closedHost();
      host.replace(name, other.read(name));
      expect(refused(host)).toMatch(/\.fbat$/);
    }
  });

  it('that is there twice is refused', () => {
    const host = closedHost();
    host.replace('000004.fbat', host.read('000003.fbat'));
    expect(refused(host)).toBe('/store/000004.fbat');
  });

  it('that took the place of another is refused', () => {
    const host = closedHost();
    const second = host.read('000002.fbat');
    host.replace('000002.fbat', host.read('000003.fbat'));
    host.replace('000003.fbat', second);
    expect(refused(host)).toBe('/store/000002.fbat');
  });

  it('of a later format names the version', () => {
    const host = closedHost();
    const text = Buffer.from(host.read('000001.fbat')).toString('latin1');
    const versionAt = text.indexOf('version') + 'version'.length;
    host.flip('000001.fbat', versionAt, 2 ^ 9);
    const thrown = thrownBy(() => host.open(options));
    expect(thrown).toBeInstanceOf(UnsupportedVersionError);
    expect(thrown).toMatchObject({ path: '/store/000001.fbat', version: 9, supported: [2] });
  });

  it('is none of the store by any other name', () => {
    const host = closedHost();
    for (const name of ['1.fbat', '0000001.fbat', '000001.fbat.bak', 'notes.txt']) {
      host.replace(name, new Uint8Array([1, 2, 3]));
    }
    expect(host.open(options).eventCount).toBe(12);
  });
});

/** What opening a store comes to. */
function verdictOf(host: StoreHost, served: readonly string[]): string {
  let store: Store;
  try {
    store = host.open(options);
  } catch (thrown) {
    if (thrown instanceof CorruptSegmentError || thrown instanceof UnsupportedVersionError) {
      return `refused: ${thrown.path}`;
    }
    return `broken: ${thrown}`;
  }
  const now = servedBy(store);
  store.close();
  return JSON.stringify(now) === JSON.stringify(served) ? 'the same' : `${now.length} events`;
}

/** Paths of the files in which `verify` finds something wrong. */
function pathsFoundBy(store: Store): string {
  try {
    return [...new Set(store.verify().errors.map(({ path }) => path))].join();
  } catch (thrown) {
    return String(thrown);
  }
}

/** The event as text; `refused` when it is told to be corrupt. */
function readAgain(store: Store, sequence: number): string {
  try {
    return JSON.stringify(store.at(sequence));
  } catch (thrown) {
    if (thrown instanceof CorruptSegmentError) return 'refused';
    return `broken: ${thrown}`;
  }
}
