import { describe, expect, it } from 'vitest';
import { RecordView } from '../../../../src/codec/record-view.ts';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { Region } from '../../../../src/model/region.ts';
import { recoverLog } from '../../../../src/recovery/ladder.ts';
import { verifyLog } from '../../../../src/recovery/verify/verify.ts';
import { GapTally } from '../../../../src/recovery/verify/verify-gaps.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';

function gapsOf(log: ForgedLog) {
  const files = log.write();
  const { segments, index } = recoverLog(files, log.directory, 1);
  const report = verifyLog({ files, segments, salt: forgedSalt, index }, Region.all());
  expect(report.errors).toEqual([]);
  return report.gaps;
}

describe('GapTally', () => {
  it('tells gaps in their order, and whose events they swallowed', () => {
    const log = new ForgedLog().segment().event('a').lost('a').gap(1).event('b');
    const gaps = gapsOf(log.lost('b').lost('c').gap(2).event('a').event('b').event('c'));
    const of = (entity: string, fromClock: number) => ({ entity, lane: 0, fromClock, count: 1 });
    expect(gaps).toEqual([
      { from: 1, count: 1, reason: 'lost', entities: [of('a', 1), of('c', 0)] },
      { from: 3, count: 2, reason: 'lost', entities: [of('a', 1), of('b', 1), of('c', 0)] },
    ]);
  });

  it('names nobody for events behind which their entity has none', () => {
    const log = new ForgedLog().segment().event('a').lost('b').gap(1).event('a');
    expect(gapsOf(log)).toMatchObject([{ from: 1, count: 1, entities: [] }]);
  });

  it('finds every event linked while there is no gap', () => {
    const tally = new GapTally(new EventIndex(1));
    expect(tally.linked(0, new RecordView())).toBe(true);
    expect(tally.all).toEqual([]);
  });
});
