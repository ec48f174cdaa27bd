import { describe, expect, it } from 'vitest';
import { ActiveSegment } from '../../../src/log/active-segment.ts';
import { FrameGroup } from '../../../src/log/frame-group.ts';
import { markCleanEnd } from '../../../src/log/log-close.ts';
import { Timeline } from '../../../src/log/timeline.ts';
import { ManualClock } from '../../../src/platform/clock.ts';
import { recoverLog } from '../../../src/recovery/ladder.ts';
import { forgedSalt, headerOf } from '../../support/forged-log.ts';
import { bytesIn, KeptLogger, logDisk } from '../../support/log-start.ts';
import { thrownBy } from '../../support/store-host.ts';

const path = '/log/000001.fbat';

function given() {
  const { memory, plan } = logDisk();
  const active = ActiveSegment.create(plan, '/log', headerOf());
  const logger = new KeptLogger();
  const end = {
    ...{ active, logger, nextSequence: 0, syncMode: 'all' as const },
    group: new FrameGroup(forgedSalt),
    timeline: new Timeline(new ManualClock(1_735_689_600_000_000)),
  };
  return { memory, plan, active, logger, end };
}

describe('markCleanEnd', () => {
  it('writes a mark that survives power loss, behind which nothing is left', () => {
    const { memory, active, logger, end } = given();
    active.makesRoom = true;
    expect(markCleanEnd(end)).toBe(true);
    const left = memory.afterPowerLoss();
    expect(bytesIn(left, path).length).toBe(active.position);
    expect(recoverLog(left, '/log', 1)).toMatchObject({ clean: true, tornTail: undefined });
    expect(logger.warnings).toEqual([]);
  });

  it.each([
    ['write', 1],
    ['sync', 1],
  ] as const)('takes the mark back, and warns, when %s fails', (operation, nth) => {
    const { memory, plan, active, logger, end } = given();
    const { position } = active;
    plan.fail({ operation, nth, code: 'EIO' });
    expect(markCleanEnd(end)).toBe(false);
    expect([active.position, bytesIn(memory, path).length]).toEqual([position, position]);
    expect(logger.warnings).toMatchObject([{ facts: { err: { code: 'BATPAK_STORAGE', path } } }]);
  });

  it('throws when a mark that was not synced can not be taken back', () => {
    const { plan, end } = given();
    plan.fail({ operation: 'sync', code: 'EIO' });
    plan.fail({ operation: 'truncate', code: 'EIO' });
    expect(thrownBy(() => markCleanEnd(end))).toMatchObject({
      code: 'BATPAK_STORAGE',
      operation: 'truncate',
    });
  });
});
