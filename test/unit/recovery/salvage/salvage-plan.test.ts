import { describe, expect, it } from 'vitest';
import { chainOf } from '../../../../src/recovery/salvage/salvage-chain.ts';
import { planSalvage, type SegmentPlan } from '../../../../src/recovery/salvage/salvage-plan.ts';
import { listSegments } from '../../../../src/recovery/segment-opening.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';

function plansOf(log: ForgedLog, change: (log: ForgedLog) => void = () => undefined) {
  const files = log.write();
  change(log);
  const chain = chainOf(files, listSegments(files, log.directory));
  if (chain === undefined) throw new Error('the store is known');
  return planSalvage(files, chain, forgedSalt);
}

function flip({ files, directory }: ForgedLog, name: string, at: number): void {
  const handle = files.open(`${directory}/${name}`, 'write');
  const byte = new Uint8Array(1);
  handle.read(byte, 0, 1, at);
  handle.write(Uint8Array.of((byte[0] ?? 0) ^ 0xff), 0, 1, at);
}

/** What is kept and lost, in a few words. */
const wordsOf = ({ pieces }: SegmentPlan): string[] =>
  pieces.map((piece) =>
    piece.type === 'frames' ? 'frames' : `gap ${piece.gap.from}+${piece.gap.count}`,
  );

describe('planSalvage', () => {
  it('finds nothing to do in a sound log', () => {
    const log = new ForgedLog().segment().event('a').event('b').segment().event('a').clean();
    const plan = plansOf(log);
    expect(plan?.segments.map(({ damage }) => damage)).toEqual([[], []]);
    expect(plan?.segments.map(wordsOf)).toEqual([['frames'], ['frames']]);
    const [first, second] = plan?.segments ?? [];
    expect(first).toMatchObject({ firstSequence: 0, nextSequence: 2, epoch: 0 });
    expect(first?.link).toEqual({ segmentId: 1, validBytes: first?.end, nextSequence: 2 });
    expect(second).toMatchObject({ firstSequence: 2, nextSequence: 3, link: undefined });
  });

  it('does not mind what lies behind the end that the next header tells', () => {
    const log = new ForgedLog().segment().event('a').segment().event('a');
    const plan = plansOf(log, ({ files }) => {
      const handle = files.open('/log/000001.fbat', 'write');
      handle.write(new Uint8Array(50).fill(1), 0, 50, handle.size());
    });
    expect(plan?.segments[0]?.damage).toEqual([]);
  });

  it('puts gaps where events are lost, and tells bytes and sequences', () => {
    const log = new ForgedLog().segment().event('a');
    const bad = log.position;
    log.event('a').event('b').segment().event('a');
    const end = bad + (log.position - log.headerBytes);
    const segment = plansOf(log, () => flip(log, '000001.fbat', bad + 20))?.segments[0];
    expect(segment && wordsOf(segment)).toEqual(['frames', 'gap 1+1', 'frames']);
    expect(segment?.lostSequences).toEqual([{ from: 1, count: 1 }]);
    expect(segment?.lostBytes).toEqual([{ offset: bad, bytes: end - bad }]);
    expect(segment?.damage.length).toBeGreaterThan(0);
  });

  it('takes no part in a tail that may never have been written', () => {
    const log = new ForgedLog().segment().event('a').raw(new Uint8Array(40).fill(1));
    const plan = plansOf(log);
    expect(plan?.segments[0]?.damage).toEqual([]);
  });

  it('gives a lost header the epoch of the segment before it', () => {
    const log = new ForgedLog().segment({ epoch: 4 }).event('a').segment({ epoch: 5 }).event('a');
    const plan = plansOf(log, () => {
      for (const at of [0, 1, 2]) flip(log, '000002.fbat', at);
    });
    expect(plan?.segments.map(({ epoch }) => epoch)).toEqual([4, 4]);
  });

  it('gives up when a header names fewer events than there are before it', () => {
    const log = new ForgedLog().segment().event('a');
    log.event('a');
    const previous = { segmentId: 1, validBytes: log.position, nextSequence: 0 };
    log.segment({ previous, firstSequence: 0 });
    expect(plansOf(log)).toBeUndefined();
  });

  it('mends an epoch that fell', () => {
    const log = new ForgedLog().segment({ epoch: 4 }).event('a').segment({ epoch: 3 }).event('a');
    log.segment({ epoch: 5 }).event('a');
    const plan = plansOf(log);
    expect(plan?.segments.map(({ epoch }) => epoch)).toEqual([4, 4, 5]);
    expect(plan?.segments.map(({ damage }) => damage.length)).toEqual([0, 1, 0]);
  });
});
