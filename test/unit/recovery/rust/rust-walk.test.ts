import { describe, expect, it } from 'vitest';
import { sealFrame } from '../../../../src/codec/frame.ts';
import { HiddenRanges } from '../../../../src/codec/rust/hidden-ranges.ts';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { RustWalk } from '../../../../src/recovery/rust/rust-walk.ts';
import { listSegmentFiles, withSegment } from '../../../../src/recovery/segment-opening.ts';
import { RustLogForge } from '../../../support/rust-log.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

/** The index after a walk over everything that was forged. */
function walked(forge: RustLogForge) {
  const host = forge.into(new StoreHost());
  const index = new EventIndex(1);
  const walk = new RustWalk(index, HiddenRanges.none);
  for (const file of listSegmentFiles(host.files, host.directory)) {
    withSegment(host.files, file.path, (handle, sizeBytes) => {
      walk.segment(handle, file, sizeBytes);
    });
  }
  const log = walk.result();
  const sequences = Array.from({ length: index.count }, (_, at) => at);
  return { index, log, events: sequences.filter((at) => !index.columns.isHole(at)) };
}

describe('sequences of a version-1 log', () => {
  it('are those of the footer, with holes where it leaves some out', () => {
    const log = new RustLogForge().segment().event().skip(2).event().footer();
    expect(walked(log.segment().skip(1).event().footer()).events).toEqual([0, 3, 5]);
  });

  it('are in the order of the file where there is no footer', () => {
    const log = new RustLogForge().segment().skip(4).event().event();
    expect(walked(log.segment().event()).events).toEqual([0, 1, 2]);
  });

  it('go on from the last one where only some segments have a footer', () => {
    const log = new RustLogForge().segment().skip(2).event().footer().segment().event();
    expect(walked(log.segment().event().footer()).events).toEqual([2, 3, 4]);
  });

  it('can not fall, nor leap beyond what anybody leaves out', () => {
    const falling = new RustLogForge().segment().event().event();
    const rows = falling.events.map((row, at) => ({ ...row, sequence: 1 - at }));
    expect(thrownBy(() => walked(falling.footer('SIDX', rows)))).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', actual: 'sequence 0' },
    });
    const far = new RustLogForge().segment().skip(5_000_000).event().footer();
    expect(thrownBy(() => walked(far))).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', actual: 'sequence 5000000' },
    });
  });
});

describe('events of a version-1 log', () => {
  it('are refused when their segment has a footer that does not know them', () => {
    const log = new RustLogForge().segment().event();
    const offset = log.position;
    expect(thrownBy(() => walked(log.event({ row: false }).footer()))).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', offset, actual: 'one without a row' },
    });
  });

  it('of a batch count where its COMMIT is, and never in part', () => {
    const log = new RustLogForge().segment().begin(2).event().event().commit();
    expect(walked(log.commit().event()).events).toEqual([0, 1, 2]);
    const open = new RustLogForge().segment().event().begin(2).event().segment().event();
    expect(walked(open)).toMatchObject({ events: [0], log: { uncommittedEvents: 2 } });
  });

  it('of a batch get the sequences that the footer of its last segment tells', () => {
    const log = new RustLogForge().segment().event().begin(2).event({ row: false });
    const [, item] = log.footer().skip(3).segment().event({ row: false }).commit().events;
    const [, , other] = log.events;
    if (item === undefined || other === undefined) throw new Error('there are three events');
    const rows = [
      { ...item, sequence: 4 },
      { ...other, sequence: 5 },
    ];
    const { events, log: found } = walked(log.footer('SDX3', rows));
    expect(events).toEqual([0, 4, 5]);
    expect(found.segments.map(({ header }) => header.firstSequence)).toEqual([0, 5]);
  });

  it('of a batch that reaches into another segment count by its COMMIT alone', () => {
    const log = new RustLogForge().segment().event().begin(2).event({ row: false }).footer();
    log.segment().event({ row: false }).commit().skip(2).event().footer();
    expect(walked(log)).toMatchObject({ events: [0, 1, 2, 3], log: { uncommittedEvents: 0 } });
  });

  it('of a failed batch do not count, although all are there, when the footer knows none', () => {
    const log = new RustLogForge().segment().event().begin(1).event({ row: false }).commit();
    expect(walked(log.footer())).toMatchObject({ events: [0], log: { uncommittedEvents: 1 } });
  });

  it('are not read behind a frame that is no record', () => {
    const log = new RustLogForge().segment().event();
    const offset = log.position;
    const frame = new Uint8Array(68).fill(1);
    sealFrame(frame, 0, frame.length, 0);
    expect(thrownBy(() => walked(log.append(frame).event()))).toMatchObject({
      ...{ code: 'BATPAK_CORRUPT_SEGMENT', offset, expected: 'a record of format version 1' },
    });
  });

  it('are refused in a segment that bears the number of another', () => {
    const host = new RustLogForge().segment(2).event().into(new StoreHost());
    host.replace('000001.fbat', host.read('000002.fbat'));
    expect(thrownBy(() => host.open())).toMatchObject({
      ...{ path: '/store/000001.fbat', actual: 'segment 2' },
    });
  });
});
