import { describe, expect, it } from 'vitest';
import {
  isAfter,
  type LogUnit,
  UnitReader,
} from '../../../../src/recovery/salvage/salvage-units.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';

const batchId = new Uint8Array(8).fill(7);
const otherId = new Uint8Array(8).fill(8);

/** The units of the log's only segment, as `name from..to`, and the reader. */
function unitsOf(log: ForgedLog, damage: (bytes: Uint8Array) => void = () => undefined) {
  const files = log.write();
  const handle = files.open(log.path, 'write');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  damage(bytes);
  handle.write(bytes, 0, bytes.length, 0);
  const reader = new UnitReader(handle, log.headerBytes, bytes.length, forgedSalt);
  const units: LogUnit[] = [];
  for (let unit = reader.next(0); unit; unit = reader.next(0)) units.push(unit);
  return { reader, units, spans: units.map(({ from, to }) => `${from}..${to}`) };
}

describe('UnitReader', () => {
  it('tells singles, batches, names, gaps and CLEAN records apart', () => {
    const log = new ForgedLog().segment().name('moved', 0x1000).event('a');
    log.batch(batchId, ['a', 'b']).lost('c').gap(1).clean();
    const { units, spans, reader } = unitsOf(log);
    expect(spans).toEqual(['0..0', '0..1', '1..3', '3..4', '4..4']);
    expect(units.map(({ gap }) => gap)).toEqual([false, false, false, true, false]);
    expect(units[0]?.binding).toEqual({ name: 'moved', kind: 0x1000 });
    expect(units[2]?.events).toEqual([
      { entity: 'a', lane: 0, clock: 1, hashed: true },
      { entity: 'b', lane: 0, clock: 0, hashed: true },
    ]);
    expect(reader.unusableEnd).toBe(0);
  });

  it('tells where units begin and end, and their times', () => {
    const log = new ForgedLog().segment();
    const first = log.position;
    const second = log.event('a').position;
    const end = log.batch(batchId, ['a']).position;
    const { units } = unitsOf(log);
    expect(units.map((unit) => [unit.offset, unit.end])).toEqual([
      [first, second],
      [second, end],
    ]);
    const [one, two] = units;
    expect(one?.firstTime).toEqual(one?.lastTime);
    const between = (two?.lastTime.timestampUs ?? 0) - (two?.firstTime.timestampUs ?? 0);
    expect(between).toBe(2);
  });

  it('goes on behind a bad place', () => {
    const log = new ForgedLog().segment().event('a');
    const bad = log.position;
    log.event('a').event('a');
    const { spans } = unitsOf(log, (bytes) => {
      bytes[bad] = 0xff;
    });
    expect(spans).toEqual(['0..1', '2..3']);
  });

  it('takes no batch of which a frame is bad, missing, or another one', () => {
    const good = new ForgedLog().segment().event('a');
    const begin = good.position;
    good.batch(batchId, ['a', 'b']);
    const end = good.position;
    good.event('c');
    for (let at = begin; at < end; at += 7) {
      const { spans } = unitsOf(good, (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ 1;
      });
      expect(spans, `byte ${at - begin}`).toEqual(['0..1', '3..4']);
      good.files.remove(good.path);
    }
    const wrong: readonly ((log: ForgedLog) => unknown)[] = [
      (log) => log.begin(batchId, 2).commit(batchId, 2, log.item(batchId, 'b', 0)),
      (log) => log.begin(batchId, 1).commit(batchId, 1, log.item(batchId, 'b', 0) + 1),
      (log) => log.begin(batchId, 1).commit(otherId, 1, log.item(batchId, 'b', 0)),
      (log) => log.begin(batchId, 1).commit(batchId, 1, log.item(otherId, 'b', 0)),
      (log) => {
        log.begin(batchId, 1).name('n', 0x1005);
        log.commit(batchId, 1, log.item(batchId, 'b', 0));
      },
    ];
    for (const [index, add] of wrong.entries()) {
      const log = new ForgedLog().segment().event('a');
      add(log);
      const sequences = unitsOf(log.event('c')).units.filter(({ events }) => events.length > 0);
      expect(
        sequences.map(({ from }) => from),
        `case ${index}`,
      ).toEqual([0, 2]);
    }
  });

  it('tells the end of frames that can stand nowhere, but not of an open batch', () => {
    const orphan = new ForgedLog().segment().event('a');
    orphan.item(batchId, 'b', 0);
    expect(unitsOf(orphan).reader.unusableEnd).toBe(orphan.position);
    const commit = new ForgedLog().segment().event('a').commit(batchId, 1, 0);
    expect(unitsOf(commit).reader.unusableEnd).toBe(commit.position);
    const unknown = new ForgedLog().segment().event('a').control(6, {});
    expect(unitsOf(unknown).reader.unusableEnd).toBe(unknown.position);
    const open = new ForgedLog().segment().event('a').begin(batchId, 2);
    open.item(batchId, 'b', 0);
    expect(unitsOf(open).reader.unusableEnd).toBe(0);
  });
});

describe('isAfter', () => {
  it('compares microseconds first and counters then', () => {
    const time = (timestampUs: number, counter: number) => ({ timestampUs, counter });
    expect(isAfter(time(2, 0), time(1, 9))).toBe(true);
    expect(isAfter(time(1, 9), time(2, 0))).toBe(false);
    expect(isAfter(time(1, 2), time(1, 1))).toBe(true);
    expect(isAfter(time(1, 1), time(1, 1))).toBe(false);
  });
});
