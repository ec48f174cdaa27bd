import { describe, expect, it } from 'vitest';
import { encodeSegmentHeader, type SegmentHeader } from '../../../src/codec/segment-header.ts';
import { CorruptSegmentError } from '../../../src/model/errors/corruption-errors.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { recoverLog } from '../../../src/recovery/ladder.ts';
import type { RecoveredLog } from '../../../src/recovery/recovered.ts';
import { saltOf } from '../../../src/recovery/store-salt.ts';
import { ForgedLog, forgedSalt, forgedStoreId, headerOf } from '../../support/forged-log.ts';
import { thrownBy } from '../../support/store-host.ts';

function recovered(log: ForgedLog): RecoveredLog {
  return recoverLog(log.write(), log.directory, 1);
}

function corruptionOf(log: ForgedLog): CorruptSegmentError {
  const thrown = thrownBy(() => recovered(log));
  if (thrown instanceof CorruptSegmentError) return thrown;
  throw thrown;
}

/** Two segments with two events each. */
function twoSegments(second: Partial<SegmentHeader> = {}): ForgedLog {
  return new ForgedLog().segment().event('a').event('b').segment(second).event('a').event('b');
}

describe('recoverLog', () => {
  it('finds a new, clean log in an empty directory', () => {
    const log = recoverLog(new MemoryFiles(), '/', 1);
    expect(log).toMatchObject({ origin: undefined, epoch: -1, lastSegmentId: 0, clean: true });
    expect([log.index.count, log.segments.all, log.leftoverPaths]).toEqual([0, [], []]);
  });

  it('finds all segments, the origin of the store and its highest epoch', () => {
    const log = twoSegments({ epoch: 3 }).segment({ epoch: 3 }).event('a').clean();
    const found = recovered(log);
    expect(found.origin).toEqual(headerOf());
    expect(found).toMatchObject({ epoch: 3, lastSegmentId: 3, clean: true, durableEvents: 5 });
    expect(found.segments.all.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(found.index.count).toBe(5);
  });

  it('counts what is in earlier segments as durable', () => {
    expect(recovered(twoSegments())).toMatchObject({ clean: false, durableEvents: 2 });
  });

  it('looks for a torn tail in the last segment only', () => {
    const log = twoSegments().raw(new Uint8Array(40).fill(7));
    expect(recovered(log).tornTail).toMatchObject({ path: '/log/000002.fbat', bytes: 40 });
    const inner = new ForgedLog().segment().event('a').raw(new Uint8Array(40).fill(7));
    const offset = inner.position - 40;
    expect(corruptionOf(inner.segment().event('a'))).toMatchObject({
      path: '/log/000001.fbat',
      offset,
    });
  });

  it('takes zeros behind the last frame for room that was made ahead', () => {
    const log = twoSegments().raw(new Uint8Array(40));
    expect(recovered(log)).toMatchObject({ tornTail: undefined, clean: false });
    const inner = new ForgedLog().segment().event('a').raw(new Uint8Array(40));
    expect(corruptionOf(inner.segment().event('a'))).toMatchObject({ path: '/log/000001.fbat' });
  });

  it('passes over an empty last segment, and reports it', () => {
    const found = recovered(new ForgedLog().segment().event('a').clean().segment());
    expect(found).toMatchObject({ clean: false, lastSegmentId: 2, tornTail: undefined });
    expect(found.leftoverPaths).toEqual(['/log/000002.fbat']);
    expect(found.segments.all.map(({ id }) => id)).toEqual([1]);
  });

  it('passes over an empty segment that the next one passed over', () => {
    const first = new ForgedLog().segment().event('a');
    const previous = { segmentId: 1, validBytes: first.position, nextSequence: 1 };
    const found = recovered(first.segment().segment({ previous }).event('a'));
    expect(found.leftoverPaths).toEqual(['/log/000002.fbat']);
    expect(found.segments.all.map(({ id }) => id)).toEqual([1, 3]);
  });

  it('looks for a torn tail before a file whose header is cut off, too', () => {
    for (const behind of [new Uint8Array(40), new Uint8Array(40).fill(7)]) {
      const log = new ForgedLog().segment().event('a').raw(behind);
      log.files.open('/log/000002.fbat', 'create').close();
      const found = recovered(log);
      expect(found.index.count).toBe(1);
      expect(found.tornTail?.bytes).toBe(behind[0] === 0 ? undefined : 40);
      expect(found.leftoverPaths).toEqual(['/log/000002.fbat']);
    }
  });

  it('passes over files whose header is cut off, and spends their numbers', () => {
    const log = new ForgedLog().segment().event('a').clean();
    const handle = log.files.open('/log/000007.fbat', 'create');
    const header = encodeSegmentHeader(headerOf({ segmentId: 7 })).subarray(0, 50);
    handle.write(header, 0, header.length, 0);
    const found = recovered(log);
    expect(found).toMatchObject({ lastSegmentId: 7, clean: true });
    expect(found.leftoverPaths).toEqual(['/log/000007.fbat']);
  });
});

describe('recoverLog refuses', () => {
  it.each<readonly [string, Partial<SegmentHeader>]>([
    ['of another number than its name', { segmentId: 3 }],
    ['of another store', { storeId: new Uint8Array(16) }],
    ['of another kind of chain', { hashChain: false }],
    ['that begins with a later event', { firstSequence: 3 }],
    ['that begins with an earlier event', { firstSequence: 1 }],
    ['that follows on no segment', { previous: undefined }],
  ])('a segment %s', (_, wrong) => {
    const log = new ForgedLog().segment().event('a').event('b');
    const { position } = log;
    const previous = { segmentId: 1, validBytes: position, nextSequence: 2 };
    const second = encodeSegmentHeader(
      headerOf({ segmentId: 2, firstSequence: 2, previous, ...wrong }),
    );
    log.write();
    const handle = log.files.open('/log/000002.fbat', 'create');
    handle.write(second, 0, second.length, 0);
    const thrown = thrownBy(() => recoverLog(log.files, log.directory, 1));
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
    expect(thrown).toMatchObject({ path: '/log/000002.fbat', offset: 0 });
  });

  it.each([
    ['is another', { segmentId: 9 }],
    ['has more bytes', { validBytes: 9999 }],
    ['has more events', { nextSequence: 3 }],
  ])('a segment that follows on one that %s than was found', (_, wrong) => {
    const first = new ForgedLog().segment().event('a').event('b');
    const previous = { segmentId: 1, validBytes: first.position, nextSequence: 2, ...wrong };
    expect(corruptionOf(first.segment({ previous }).event('a'))).toMatchObject({
      path: '/log/000002.fbat',
      offset: 0,
    });
  });

  it('a segment of an earlier epoch than the one before', () => {
    const log = new ForgedLog().segment({ epoch: 2 }).event('a').segment({ epoch: 1 }).event('a');
    expect(corruptionOf(log)).toMatchObject({ path: '/log/000002.fbat', offset: 0 });
  });

  it('no segment that follows on a rewritten one as it was', () => {
    const replaces = { validBytes: 5000, nextSequence: 2 };
    const previous = { segmentId: 1, ...replaces };
    const log = new ForgedLog().segment({ replaces }).event('a').lost('a').gap(1);
    const found = recovered(log.segment({ previous }).event('a'));
    expect([found.index.count, found.index.eventCount]).toEqual([3, 2]);
    const other = new ForgedLog().segment({ replaces }).event('a').event('b');
    const wrong = { segmentId: 1, validBytes: 4999, nextSequence: 2 };
    expect(corruptionOf(other.segment({ previous: wrong })).path).toBe('/log/000002.fbat');
  });

  it('a first segment that follows on one', () => {
    const previous = { segmentId: 1, validBytes: 100, nextSequence: 0 };
    expect(corruptionOf(new ForgedLog().segment({ previous }).event('a')).path).toBe(
      '/log/000001.fbat',
    );
  });
});

describe('saltOf', () => {
  it('is the checksum of the store id', () => {
    expect(saltOf(forgedStoreId)).toBe(forgedSalt);
  });
});
