import { describe, expect, it } from 'vitest';
import { recordTypes } from '../../../src/codec/record-layout.ts';
import type { Segment } from '../../../src/log/segment-list.ts';
import { CorruptSegmentError } from '../../../src/model/errors/corruption-errors.ts';
import { systemKinds } from '../../../src/model/kind.ts';
import type { TornTail } from '../../../src/recovery/recovered.ts';
import { LogScan } from '../../../src/recovery/scan.ts';
import { ForgedLog, forgedSalt } from '../../support/forged-log.ts';
import { thrownBy } from '../../support/store-host.ts';

const batchId = new Uint8Array(8).fill(1);
const otherId = new Uint8Array(8).fill(2);

interface Scanned {
  readonly scan: LogScan;
  readonly segment: Segment;
  readonly tail: TornTail | undefined;
}

/** Scans the only segment of the log. */
function scanned(log: ForgedLog, last = true): Scanned {
  const handle = log.write().open(log.path, 'read');
  const { header, headerBytes, path } = log;
  const segment: Segment = {
    ...{ id: header.segmentId, revision: 0, path, header, headerBytes },
    validBytes: 0,
  };
  const scan = new LogScan(forgedSalt, 1);
  const tail = scan.segment(handle, segment, handle.size(), last);
  return { scan, segment, tail };
}

function corruptionOf(log: ForgedLog, last = true): CorruptSegmentError {
  const thrown = thrownBy(() => scanned(log, last));
  if (thrown instanceof CorruptSegmentError) return thrown;
  throw thrown;
}

const newLog = (): ForgedLog => new ForgedLog().segment();

describe('LogScan', () => {
  it('rebuilds the index from events, in singles and batches', () => {
    const log = newLog().event('a').batch(batchId, ['a', 'b']).event('b', { scope: 'shop' });
    const { scan, segment, tail } = scanned(log);
    expect(tail).toBeUndefined();
    expect(segment.validBytes).toBe(log.position);
    const { columns, entities, scopes, heads } = scan.index;
    const rows = [0, 1, 2, 3].map((sequence) => [
      entities.entity(columns.entityId(sequence)),
      scopes.text(columns.scopeId(sequence)),
      columns.clock(sequence),
    ]);
    expect(rows).toEqual([
      ['a', 'default', 0],
      ['a', 'default', 1],
      ['b', 'default', 0],
      ['b', 'shop', 1],
    ]);
    expect(heads.sequence(entities.find('b') ?? -1)).toBe(3);
  });

  it('collects the names in their order', () => {
    const { scan } = scanned(newLog().name('first', 0x1000).event('a').name('second', 0x1001));
    expect(scan.names).toEqual([
      { name: 'first', kind: 0x1000 },
      { name: 'second', kind: 0x1001 },
    ]);
  });

  it('passes over a gap: its sequences are holes, and clocks may jump over them', () => {
    const log = newLog().event('a').lost('a').lost('b').gap(2).event('a').event('b').clean();
    const { scan, segment } = scanned(log);
    expect([scan.index.count, scan.index.eventCount, scan.clean]).toEqual([5, 3, true]);
    expect(scan.index.holes.all).toEqual([{ from: 1, count: 2 }]);
    const { columns } = scan.index;
    expect([0, 1, 2, 3, 4].map((sequence) => columns.isHole(sequence))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    expect([columns.clock(3), columns.clock(4)]).toEqual([2, 1]);
    expect(segment.validBytes).toBe(log.position);
  });

  it('goes on from the time of the last record', () => {
    const log = newLog().event('a', { timestampUs: 7, counter: 3 });
    const { scan } = scanned(log.event('a', { timestampUs: 8, counter: 4 }));
    expect([scan.timestampUs, scan.counter]).toEqual([8, 4]);
  });

  it('is clean when a CLEAN record is the last one', () => {
    expect(scanned(newLog().event('a').clean()).scan).toMatchObject({
      clean: true,
      durableEvents: 1,
    });
    expect(scanned(newLog().event('a').clean().event('a')).scan.clean).toBe(false);
    expect(scanned(newLog().event('a').clean().raw(new Uint8Array(5).fill(1))).scan.clean).toBe(
      false,
    );
  });

  it('counts as durable what lies before the highest durableOffset', () => {
    const log = newLog().event('a').event('a');
    const durableOffset = log.position;
    log.event('a', { durableOffset }).event('a');
    expect(scanned(log).scan).toMatchObject({ durableEvents: 2, durableOffset });
  });

  it('takes an incomplete frame at the end of the last segment for a torn tail', () => {
    const log = newLog().event('a');
    const offset = log.position;
    const { segment, tail, scan } = scanned(log.raw(new Uint8Array(33).fill(9)));
    expect(tail).toEqual({ path: log.path, offset, bytes: 33 });
    expect([segment.validBytes, scan.index.count, scan.clean]).toEqual([offset, 1, false]);
  });

  it('takes a batch without its COMMIT for a torn tail', () => {
    const log = newLog().event('a');
    const offset = log.position;
    log.begin(batchId, 2);
    log.item(batchId, 'b', 0);
    const bytes = log.position - offset;
    const { tail, scan } = scanned(log);
    expect(tail).toEqual({ path: log.path, offset, bytes });
    expect(scan.index.count).toBe(1);
  });

  it('refuses both at the end of a segment that is not the last', () => {
    const torn = newLog().event('a');
    const offset = torn.position;
    expect(corruptionOf(torn.raw(new Uint8Array(33)), false)).toMatchObject({ offset });
    expect(corruptionOf(newLog().event('a').begin(batchId, 0), false).actual).toMatch(/COMMIT/);
  });

  it('refuses a bad place that once was durable', () => {
    const log = newLog().event('a');
    const offset = log.position;
    log.raw(new Uint8Array(33)).event('a', { durableOffset: offset + 33 });
    expect(corruptionOf(log)).toMatchObject({ path: log.path, offset });
  });

  it('refuses an open batch of which a part once was durable', () => {
    const log = newLog().begin(batchId, 2);
    const durableOffset = log.position;
    log.item(batchId, 'a', 0, { durableOffset });
    expect(corruptionOf(log)).toMatchObject({ path: log.path });
  });
});

describe('LogScan refuses, with its place,', () => {
  const crcOf = (log: ForgedLog, entities: readonly string[]): number =>
    entities.reduce((crc, entity) => log.item(batchId, entity, crc), 0);

  it.each<readonly [string, (log: ForgedLog) => unknown]>([
    ['an event of a later sequence', (log) => log.event('a', { sequence: 2 })],
    ['an event of an earlier sequence', (log) => log.event('a', { sequence: 0 })],
    ['an event of another clock', (log) => log.event('a', { clock: 2 })],
    ['a first event that is not', (log) => log.event('new', { clock: 1 })],
    ['a type of record that it does not know', (log) => log.control(5, {})],
    ['a NAME without a name', (log) => log.control(recordTypes.name, { kind: 0x1000 })],
    ['a NAME of another sequence', (log) => log.control(recordTypes.name, { sequence: 0 })],
    ['a COMMIT without its BEGIN', (log) => log.commit(batchId, 0, 0)],
    ['a BEGIN without a count', (log) => log.control(recordTypes.begin, { batchId })],
  ])('%s', (_, forge) => {
    const log = newLog().event('a');
    const offset = log.position;
    forge(log);
    expect(corruptionOf(log)).toMatchObject({ path: log.path, offset });
  });

  it.each<readonly [string, (log: ForgedLog) => unknown]>([
    ['a BEGIN inside a batch', (log) => log.begin(otherId, 0)],
    ['an event of no batch inside one', (log) => log.event('b')],
    ['an event of another batch inside one', (log) => log.item(otherId, 'b', 0)],
    ['a NAME inside a batch', (log) => log.name('late', 0x1000)],
    ['a CLEAN record inside a batch', (log) => log.clean()],
    ['a COMMIT of another batch', (log) => log.commit(otherId, 0, 0)],
    ['a COMMIT of more items than there are', (log) => log.commit(batchId, 1, 0)],
    ['a COMMIT of another checksum', (log) => log.commit(batchId, 0, 1)],
  ])('%s', (_, forge) => {
    const log = newLog().begin(batchId, 0);
    const offset = log.position;
    forge(log);
    expect(corruptionOf(log)).toMatchObject({ path: log.path, offset });
  });

  it('a NAME that stands where the item of a whole batch belongs', () => {
    const log = newLog().begin(batchId, 1);
    const offset = log.position;
    log.name('late', 0x1000);
    const crc = log.item(batchId, 'a', 0);
    log.commit(batchId, 1, crc);
    expect(corruptionOf(log)).toMatchObject({ path: log.path, offset });
  });

  it('a batch of fewer items than its BEGIN says', () => {
    const log = newLog().begin(batchId, 3);
    const crc = crcOf(log, ['a', 'b']);
    const offset = log.position;
    log.commit(batchId, 2, crc);
    expect(corruptionOf(log)).toMatchObject({ path: log.path, offset });
  });

  it('an item of a whole batch that is out of order', () => {
    const log = newLog().begin(batchId, 1);
    const offset = log.position;
    const crc = log.item(batchId, 'a', 0, { sequence: 4 });
    log.commit(batchId, 1, crc, { kind: systemKinds.batchCommit });
    expect(corruptionOf(log)).toMatchObject({ path: log.path, offset });
  });
});

describe('LogScan and gaps, times and names: it refuses', () => {
  const cases: readonly [string, (log: ForgedLog) => unknown][] = [
    ['a clock that jumps further than a gap is long', (log) => log.event('a', { clock: 3 })],
    ['a clock that jumps where no gap lies between', (log) => log.event('b', { clock: 2 })],
    ['a clock that falls behind a gap', (log) => log.event('a', { clock: 0 })],
    ['a gap of another sequence', (log) => log.lost('a').gap(1, { sequence: 9 })],
    ['a gap that can not be read', (log) => log.lost('a').gap(1, { payload: new Uint8Array(1) })],
    ['an earlier time', (log) => log.event('a', { timestampUs: 1_700_000_000_000_000 })],
    ['a second binding of a name', (log) => log.name('moved', 0x1001)],
    ['a second binding of a kind', (log) => log.name('turned', 0x1000)],
  ];

  it.each(cases)('%s', (_, forge) => {
    const log = newLog().name('moved', 0x1000).event('a').lost('a').gap(1).event('b');
    const offset = log.position;
    forge(log);
    expect(corruptionOf(log.event('c'))).toMatchObject({ path: log.path });
    expect(corruptionOf(log).offset).toBeGreaterThanOrEqual(offset);
  });

  it('a record of the same time', () => {
    const time = { timestampUs: 1_800_000_000_000_000, counter: 4 };
    const log = newLog().event('a', time);
    const offset = log.position;
    expect(corruptionOf(log.event('a', time))).toMatchObject({ offset });
    const later = newLog()
      .event('a', time)
      .event('a', { ...time, counter: 5 });
    expect(scanned(later).scan).toMatchObject({ ...time, counter: 5 });
  });

  it('no binding that is there already', () => {
    const log = newLog().name('moved', 0x1000).event('a').name('moved', 0x1000).event('a');
    expect(scanned(log).scan.names).toEqual([{ name: 'moved', kind: 0x1000 }]);
  });
});
