import { describe, expect, it } from 'vitest';
import { LogFollower } from '../../../../src/recovery/follow/follow.ts';
import { ForgedLog } from '../../../support/forged-log.ts';
import { thrownBy } from '../../../support/store-host.ts';

const batchId = new Uint8Array(8).fill(1);

/** A log of one event, and who follows it. */
function followed() {
  const log = new ForgedLog().segment({ epoch: 1 }).event('a');
  const follower = new LogFollower(log.write(), log.directory);
  return { log, follower };
}

/** A log of three events, the last two of which are about to be written again in a new segment. */
function carrying() {
  const { log, follower } = followed();
  const from = log.position;
  log.event('a');
  const between = log.position;
  const handle = log.event('b').write().open(log.path, 'read');
  const bytes = Buffer.alloc(log.position);
  handle.read(bytes, 0, bytes.length, 0);
  follower.refresh();
  const previous = { segmentId: 1, validBytes: from, nextSequence: 1 };
  log.segment({ epoch: 2, firstSequence: 1, previous }).write();
  return { log, follower, from, frames: [bytes.subarray(from, between), bytes.subarray(between)] };
}

/** How far the follower is: what the refresh came to, events and segments. */
function stepOf(follower: LogFollower): unknown[] {
  const step = follower.refresh();
  return [step, follower.log.index.count, follower.log.segments.all.map(({ id }) => id)];
}

describe('LogFollower', () => {
  it('goes on behind the last whole write, in a scan that it keeps', () => {
    const { log, follower } = followed();
    const { scan } = follower.log;
    log.name('moved', 0x1000).event('b').write();
    expect(stepOf(follower)).toEqual(['followed', 2, [1]]);
    expect(follower.log.scan).toBe(scan);
    expect(follower.log.names).toEqual([{ name: 'moved', kind: 0x1000 }]);
    log.clean().write();
    expect(stepOf(follower)).toEqual(['followed', 2, [1]]);
    expect(scan).toMatchObject({ clean: true, durableEvents: 2 });
  });

  it('leaves a batch alone until its COMMIT, whatever was read of it', () => {
    const { log, follower } = followed();
    const { timestampUs, counter } = follower.log.scan;
    log.begin(batchId, 2).write();
    expect(stepOf(follower)).toEqual(['followed', 1, [1]]);
    let crc = log.item(batchId, 'a', 0);
    crc = log.item(batchId, 'b', crc);
    log.write();
    expect(stepOf(follower)).toEqual(['followed', 1, [1]]);
    expect(follower.log.scan).toMatchObject({ timestampUs, counter });
    log.commit(batchId, 2, crc).write();
    expect(stepOf(follower)).toEqual(['followed', 3, [1]]);
  });

  it('joins segments that came since, with those between them', () => {
    const { log, follower } = followed();
    log.event('a').segment({ epoch: 1 }).event('a').segment({ epoch: 2 }).event('b').write();
    expect(stepOf(follower)).toEqual(['followed', 4, [1, 2, 3]]);
  });

  it('passes over a segment without a frame, and counts it when the next one names it', () => {
    const { log, follower } = followed();
    log.segment({ epoch: 1 }).write();
    expect(stepOf(follower)).toEqual(['followed', 1, [1]]);
    log.segment({ epoch: 1 }).event('a').write();
    expect(stepOf(follower)).toEqual(['followed', 2, [1, 2, 3]]);
  });

  it('passes over a segment without a frame when the next one does, too', () => {
    const { log, follower } = followed();
    const previous = { segmentId: 1, validBytes: log.position, nextSequence: 1 };
    log.segment({ epoch: 2 }).write();
    expect(stepOf(follower)).toEqual(['followed', 1, [1]]);
    log.segment({ epoch: 3, previous }).event('a').write();
    expect(stepOf(follower)).toEqual(['followed', 2, [1, 3]]);
  });

  it('waits for a file whose header is not whole, and goes on without one', () => {
    const { log, follower } = followed();
    const handle = log.files.open(`${log.directory}/000002.fbat`, 'create');
    expect(stepOf(follower)).toEqual(['followed', 1, [1]]);
    handle.write(Buffer.from('FBAT'), 0, 4, 0);
    expect(stepOf(follower)).toEqual(['followed', 1, [1]]);
    const previous = { segmentId: 1, validBytes: log.position, nextSequence: 1 };
    const next = log.segment({ segmentId: 3, epoch: 2, previous }).event('a');
    next.write();
    expect(stepOf(follower)).toEqual(['followed', 2, [1, 3]]);
  });

  it('takes what lies behind the end that the next segment names for a footer', () => {
    const { log, follower } = followed();
    log.segment({ epoch: 1 }).event('a').write();
    const footer = log.files.open(`${log.directory}/000001.fbat`, 'write');
    footer.write(new Uint8Array(500).fill(7), 0, 500, footer.size());
    expect(stepOf(follower)).toEqual(['followed', 2, [1, 2]]);
    footer.write(new Uint8Array(500).fill(8), 0, 500, footer.size());
    expect(stepOf(follower)).toEqual(['followed', 2, [1, 2]]);
  });

  it('moves to what was carried over when all of it is there', () => {
    const { log, follower, from, frames } = carrying();
    const offsets = () => [1, 2].map((sequence) => follower.log.index.columns.offset(sequence));
    const before = offsets();
    for (const frame of frames) {
      expect([stepOf(follower), offsets()]).toEqual([['followed', 3, [1]], before]);
      log.raw(frame).write();
    }
    expect(stepOf(follower)).toEqual(['followed', 3, [1, 2]]);
    const { headerBytes } = log;
    expect(offsets()).toEqual([headerBytes, headerBytes + (frames[0]?.length ?? 0)]);
    expect(follower.log.segments.all[0]?.validBytes).toBe(from);
    log.event('b').write();
    expect(stepOf(follower)).toEqual(['followed', 4, [1, 2]]);
  });

  it('reads anew when something else was carried over', () => {
    const { log, follower } = carrying();
    log.event('c', { sequence: 1 }).write();
    expect(stepOf(follower)).toEqual(['rebuilt', 2, [1, 2]]);
  });

  it.each<readonly [string, (log: ForgedLog) => unknown]>([
    ['of another store', (log) => log.segment({ storeId: new Uint8Array(16) })],
    ['of an earlier epoch', (log) => log.segment({ epoch: 0 })],
    ['that names no other', (log) => log.segment({ epoch: 1, previous: undefined })],
    ['of a later sequence', (log) => log.segment({ epoch: 1, firstSequence: 7 })],
    ['with another number than its name', (log) => log.segment({ epoch: 1, hashChain: false })],
  ])('tells a segment %s as a strict reading does', (_, write) => {
    const { log, follower } = followed();
    write(log);
    log.event('z').write();
    for (let round = 0; round < 2; round += 1) {
      expect(thrownBy(() => follower.refresh())).toMatchObject({
        code: 'BATPAK_CORRUPT_SEGMENT',
        path: log.path,
      });
      expect(follower.log.index.count).toBe(1);
    }
  });

  it('tells a whole frame that can not be the next', () => {
    const { log, follower } = followed();
    const offset = log.position;
    log.event('a', { sequence: 9 }).write();
    expect(thrownBy(() => follower.refresh())).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: log.path,
      offset,
    });
  });

  it('tells a segment of a later version by name', () => {
    const { log, follower } = followed();
    const bytes = Buffer.from('4642415400000009', 'hex');
    const map = Buffer.from('81a776657273696f6e09', 'hex');
    const handle = log.files.open(`${log.directory}/000002.fbat`, 'create');
    bytes.writeUInt32BE(map.length, 4);
    handle.write(Buffer.concat([bytes, map]), 0, bytes.length + map.length, 0);
    expect(thrownBy(() => follower.refresh())).toMatchObject({
      code: 'BATPAK_UNSUPPORTED_VERSION',
      version: 9,
    });
  });
});
