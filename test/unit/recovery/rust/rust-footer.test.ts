import { describe, expect, it } from 'vitest';
import { decodeRustBody, type RustRecord } from '../../../../src/codec/rust/record-v1.ts';
import { RustFooter } from '../../../../src/recovery/rust/rust-footer.ts';
import { RustLogForge, type WrittenRustEvent } from '../../../support/rust-log.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

const name = '000001.fbat';
const path = `/store/${name}`;

/** Three events and a footer, whose rows are changed. */
function given(change: (rows: WrittenRustEvent[]) => readonly WrittenRustEvent[] = (rows) => rows) {
  const log = new RustLogForge().segment().event().event({ entity: 'order:2' }).event();
  const footerAt = log.position;
  const host = log.footer('SIDX', change([...log.events])).into(new StoreHost());
  const handle = host.files.open(path, 'read');
  const bytes = host.read(name);
  const records = log.events.map(({ offset, length }) => {
    const record = decodeRustBody(bytes, offset + 8, offset + length);
    return { record: defined(record), place: { offset, length } };
  });
  const read = () => RustFooter.read(handle, path, bytes.length);
  return { read, records, footerAt, bytes, host };
}

function defined(record: RustRecord | undefined): RustRecord {
  if (record === undefined) throw new Error('expected a record');
  return record;
}

/** The first row with other fields than its event has. */
function firstWith(fields: Partial<WrittenRustEvent>) {
  return (rows: WrittenRustEvent[]) =>
    rows.map((row, at) => (at === 0 ? { ...row, ...fields } : row));
}

describe('RustFooter', () => {
  it('gives each event its row, once', () => {
    const { read, records, footerAt } = given();
    const footer = read();
    expect(footer?.offset).toBe(footerAt);
    const rows = records.map(({ record, place }) => footer?.take(record, place));
    expect(rows.map((row) => row?.sequence)).toEqual([0, 1, 2]);
    footer?.requireTaken();
    const [first] = records;
    expect(first && footer?.take(first.record, first.place)).toBeUndefined();
  });

  it('has no row for an event in another place', () => {
    const { read, records } = given();
    const [first] = records;
    if (first === undefined) throw new Error('there are three events');
    expect(read()?.take(first.record, { ...first.place, offset: 58 })).toBeUndefined();
  });

  it('is none where the file ends in something else', () => {
    const { bytes, footerAt, host } = given();
    host.replace(name, bytes.subarray(0, footerAt));
    const handle = host.files.open(path, 'read');
    expect(RustFooter.read(handle, path, footerAt)).toBeUndefined();
    expect(RustFooter.read(handle, path, 5)).toBeUndefined();
  });

  it.each<[string, Partial<WrittenRustEvent>]>([
    ['length', { length: 9 }],
    ['entity', { entity: 'order:2' }],
    ['scope', { scope: 'order:2' }],
    ['kind', { kind: 7 }],
    ['time', { wallMs: 5 }],
    ['clock', { clock: 5 }],
    ['previous hash', { prev: new Uint8Array(32).fill(3) }],
    ['hash', { hash: new Uint8Array(32).fill(3) }],
    ['correlation', { correlationId: new Uint8Array(16).fill(3) }],
    ['causation', { causationId: new Uint8Array(16).fill(3) }],
  ])('refuses a row whose %s is not that of the frame', (field, fields) => {
    const { read, records } = given(firstWith(fields));
    const [first] = records;
    const footer = read();
    const thrown = thrownBy(() => first && footer?.take(first.record, first.place));
    expect(thrown).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', path, actual: `another ${field}` },
    });
  });

  it('refuses a row without a frame, and two rows of one', () => {
    const { read } = given();
    expect(thrownBy(() => read()?.requireTaken())).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', expected: 'the frame of event 0' },
    });
    const doubled = given((rows) => [...rows, ...rows.slice(0, 1)]);
    expect(thrownBy(doubled.read)).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', actual: 'a second one' },
    });
  });

  it('refuses a footer that can not be read, with its place', () => {
    const { read, host, footerAt } = given();
    host.flip(name, footerAt, 0xff);
    expect(thrownBy(read)).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', path, offset: footerAt },
    });
  });
});
