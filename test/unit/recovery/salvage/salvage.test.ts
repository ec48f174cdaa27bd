import { describe, expect, it } from 'vitest';
import { CorruptSegmentError } from '../../../../src/model/errors/corruption-errors.ts';
import type { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import { recoverLog } from '../../../../src/recovery/ladder.ts';
import type { RecoveredLog } from '../../../../src/recovery/recovered.ts';
import {
  putLeftoversAway,
  readOrSalvage,
  type StrictReading,
} from '../../../../src/recovery/salvage/salvage.ts';
import { ForgedLog } from '../../../support/forged-log.ts';
import { thrownBy } from '../../../support/store-host.ts';

/** A log of two segments with two events each, and where the second event begins. */
function given() {
  const log = new ForgedLog().segment().event('a');
  const second = log.position;
  log.event('b').segment().event('a').event('b').clean();
  return { files: log.write(), second };
}

function damage(files: MemoryFiles, name: string, at: number): void {
  const handle = files.open(`/log/${name}`, 'write');
  handle.write(Uint8Array.of(0x5a, 0x5a), 0, 2, at);
  handle.close();
}

function put(files: MemoryFiles, name: string): void {
  const handle = files.open(`/log/${name}`, 'create');
  handle.write(Uint8Array.of(1), 0, 1, 0);
  handle.close();
}

function readingOf(files: MemoryFiles): StrictReading<RecoveredLog> {
  const read = () => recoverLog(files, '/log', 1);
  return { read, readAll: () => void recoverLog(files, '/log', 1, { footers: false }) };
}

function refuse(failure: Error): never {
  throw failure;
}

describe('readOrSalvage', () => {
  it('reads a sound log and leaves everything alone', () => {
    const { files } = given();
    const names = files.list('/log');
    const { log, salvage } = readOrSalvage(files, '/log', readingOf(files), 1);
    expect([log.index.count, salvage]).toEqual([4, undefined]);
    expect(files.list('/log')).toEqual(names);
  });

  it('writes a damaged segment anew and reads that', () => {
    const { files, second } = given();
    damage(files, '000001.fbat', second + 20);
    const { log, salvage } = readOrSalvage(files, '/log', readingOf(files), 1_700_000_000_000_000);
    expect([log.index.count, log.index.eventCount]).toEqual([4, 3]);
    expect(log.index.columns.isHole(1)).toBe(true);
    expect(salvage?.segments).toMatchObject([
      { segmentId: 1, path: '/log/000001.fbat', lostSequences: [{ from: 1, count: 1 }] },
    ]);
    const header = log.segments.all[0]?.header;
    expect(header).toMatchObject({ epoch: 0, createdNs: 1_700_000_000_000_000_000n });
    expect(header?.replaces).toMatchObject({ nextSequence: 2 });
  });

  it('puts what was derived from the log into quarantine, too', () => {
    const { files, second } = given();
    damage(files, '000001.fbat', second + 20);
    for (const name of ['index.image', 'idempotency']) put(files, name);
    const { salvage } = readOrSalvage(files, '/log', readingOf(files), 1);
    const paths = salvage?.putAway.map(({ quarantinePath }) => quarantinePath).sort();
    expect(paths).toEqual(['/log/quarantine/idempotency', '/log/quarantine/index.image']);
    expect(files.list('/log').sort()).toEqual(['000001.1.fbat', '000002.fbat', 'quarantine']);
  });

  it('removes what an earlier attempt had begun to write', () => {
    const { files, second } = given();
    damage(files, '000001.fbat', second + 20);
    put(files, '000001.1.fbat.new');
    expect(readOrSalvage(files, '/log', readingOf(files), 1).log.index.eventCount).toBe(3);
    expect(files.list('/log').filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('throws the error it had when there is nothing to put right', () => {
    const { files } = given();
    const failure = new CorruptSegmentError({ path: 'p', offset: 1, expected: 'a', actual: 'b' });
    const thrown = thrownBy(() =>
      readOrSalvage(files, '/log', { readAll: () => undefined, read: () => refuse(failure) }, 1),
    );
    expect(thrown).toBe(failure);
    expect(files.list('/log')).not.toContain('quarantine');
  });

  it('lets an error pass that is no damage', () => {
    const { files } = given();
    const failure = new RangeError('mine');
    const reading = { readAll: () => refuse(failure), read: () => 1 };
    expect(thrownBy(() => readOrSalvage(files, '/log', reading, 1))).toBe(failure);
  });
});

describe('putLeftoversAway', () => {
  it('moves lower revisions into quarantine and removes unfinished ones', () => {
    const { files } = given();
    for (const name of ['000001.1.fbat', '000001.3.fbat', '000002.1.fbat.new', 'notes.new']) {
      put(files, name);
    }
    const paths = putLeftoversAway(files, '/log').map(({ path }) => path);
    expect(paths.sort()).toEqual(['/log/000001.1.fbat', '/log/000001.fbat']);
    const left = files.list('/log').sort();
    expect(left).toEqual(['000001.3.fbat', '000002.fbat', 'notes.new', 'quarantine']);
    expect(files.list('/log/quarantine').sort()).toEqual(['000001.1.fbat', '000001.fbat']);
  });

  it('does nothing where nothing was left', () => {
    const { files } = given();
    expect(putLeftoversAway(files, '/log')).toEqual([]);
    expect(files.list('/log')).not.toContain('quarantine');
  });
});
