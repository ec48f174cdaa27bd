import { describe, expect, it } from 'vitest';
import { Climb } from '../../../src/recovery/climb.ts';
import { RecoverySteps } from '../../../src/recovery/recovery-steps.ts';
import { withSegment } from '../../../src/recovery/segment-opening.ts';
import { FootedSegment } from '../../support/footed-segment.ts';
import { ForgedLog, forgedStoreId } from '../../support/forged-log.ts';

/** Climbs over the first segment of a log, which has a footer; `end` is where its frames end. */
function climbed(footed: FootedSegment, end: number | undefined) {
  const steps = new RecoverySteps();
  const climb = new Climb({
    ...{ files: footed.files, seed: 1, retention: undefined, growing: false, footers: true, steps },
    ...{ foreign: () => undefined, rebuilt: undefined },
  });
  steps.step('image.absent');
  const { id, revision, path } = footed.segment;
  withSegment(footed.files, path, (handle, sizeBytes) =>
    climb.segment({ handle, file: { id, revision, path }, sizeBytes, end, last: true }),
  );
  return { steps, climb, found: climb.result(1) };
}

function footedLog(): FootedSegment {
  const footed = new FootedSegment(new ForgedLog().segment().event('a').segment().event('a'));
  footed.write();
  return footed;
}

describe('Climb', () => {
  it('takes a sealed segment from its footer', () => {
    const footed = footedLog();
    const { steps, found } = climbed(footed, footed.segment.validBytes);
    expect(steps.sources).toEqual({ image: 0, footers: 1, scanned: 0 });
    expect(found.segments.last?.validBytes).toBe(footed.segment.validBytes);
    expect([found.index.count, steps.state]).toEqual([1, 'footers']);
  });

  it('reads it when the footer is refused, and tells why', () => {
    const footed = footedLog();
    footed.forge({ epoch: 4 });
    const { steps, found } = climbed(footed, footed.segment.validBytes);
    expect(steps.sources).toEqual({ image: 0, footers: 0, scanned: 1 });
    expect(steps.refused).toEqual([
      { path: '/log/000001.fbat', reason: 'footer: of another segment' },
    ]);
    expect(found.notes.ends.get(1)).toMatchObject({ names: 0 });
  });

  it('looks for no footer where no later segment says where the frames end', () => {
    const { steps, found } = climbed(footedLog(), undefined);
    expect(steps.sources).toMatchObject({ footers: 0, scanned: 1 });
    expect(found.tornTail).toBeDefined();
  });

  it('starts from nothing again when an image can not be taken up', () => {
    const steps = new RecoverySteps();
    const { files } = footedLog();
    const climb = new Climb({
      ...{ files, seed: 1, retention: undefined, growing: false, footers: true, steps },
      ...{ foreign: () => undefined, rebuilt: undefined },
    });
    const problem = climb.joinImage(new Map(), forgedStoreId, (scan) => {
      scan.index.entities.intern('half');
      return 'not today';
    });
    expect(problem).toBe('not today');
    expect(climb.result(0).index.entities.size).toBe(0);
  });
});
