import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../../src/log/segment-list.ts';
import { copiesIn } from '../../../../src/recovery/follow/carried-over.ts';
import { LogScan } from '../../../../src/recovery/scan.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';

const batchId = new Uint8Array(8).fill(1);

function segmentOf({ header, headerBytes, path }: ForgedLog): Segment {
  return {
    ...{ id: header.segmentId, revision: 0, path, header, headerBytes },
    validBytes: headerBytes,
  };
}

/** What was read of a log with two events, and a batch of two behind them. */
function knownLog(): { readonly log: ForgedLog; readonly scan: LogScan } {
  const log = new ForgedLog().segment().event('a').event('b').batch(batchId, ['a', 'b']);
  const handle = log.write().open(log.path, 'read');
  const scan = new LogScan(forgedSalt, 1);
  scan.resume(handle, segmentOf(log), handle.size());
  return { log, scan };
}

/** What a segment that holds `count` bytes of the log's frames says of its copies. */
function answerOf(log: ForgedLog, scan: LogScan, firstSequence: number, bytes = log.position) {
  const handle = log.write().open(log.path, 'read');
  const segment = { ...segmentOf(log), header: { ...log.header, firstSequence } };
  return copiesIn(handle, segment, bytes, forgedSalt, scan.index);
}

describe('copies that were carried over', () => {
  it('are whole when every known event is there, and what closes its batch', () => {
    const { log, scan } = knownLog();
    const answers = new Map<string, number>();
    for (let bytes = log.headerBytes; bytes <= log.position; bytes += 1) {
      answers.set(answerOf(log, scan, 0, bytes), bytes);
    }
    expect([...answers.keys()]).toEqual(['incomplete', 'whole']);
    expect(answers.get('incomplete')).toBe(log.position - 1);
  });

  it('are whole when more follows', () => {
    const { log, scan } = knownLog();
    expect(answerOf(log.event('new').name('late', 0x1001), scan, 0)).toBe('whole');
  });

  it('are whole when nothing had to be copied', () => {
    const { scan } = knownLog();
    expect(answerOf(new ForgedLog().segment().clean(), scan, 4)).toBe('whole');
  });

  it.each<readonly [string, (log: ForgedLog) => unknown]>([
    ['of another entity', (log) => log.event('x')],
    ['of another clock', (log) => log.event('a', { clock: 1 })],
    ['of another kind', (log) => log.event('a', { kind: 0x1001 })],
    ['of another time', (log) => log.event('a', { timestampUs: 7 })],
    ['of another length', (log) => log.event('a', { payload: new Uint8Array(99) })],
    ['of another sequence', (log) => log.event('a', { sequence: 1 })],
    ['of another lane', (log) => log.event('a', { lane: 1 })],
  ])('are something else with an event %s', (_, write) => {
    const { scan } = knownLog();
    const other = new ForgedLog().segment();
    write(other);
    expect(answerOf(other, scan, 0)).toBe('different');
  });

  it('are something else when the last event of an entity has another hash', () => {
    const known = new ForgedLog().segment().event('a', { flags: 1 });
    const handle = known.write().open(known.path, 'read');
    const scan = new LogScan(forgedSalt, 1);
    scan.resume(handle, segmentOf(known), handle.size());
    expect(answerOf(known, scan, 0)).toBe('whole');
    expect(answerOf(new ForgedLog().segment().event('a', { flags: 2 }), scan, 0)).toBe('different');
  });
});
