import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import { ForgedLog } from '../../../support/forged-log.ts';
import { ImagedLog } from '../../../support/imaged-log.ts';
import { thrownBy } from '../../../support/store-host.ts';

const digest = new Uint8Array(16).fill(9);
const log = (): ForgedLog =>
  new ForgedLog()
    .segment()
    .name('moved', 0x1000)
    .event('a')
    .event('b', { idempotency: digest })
    .segment()
    .event('a', { scope: 'shop', kind: 0x1001 })
    .clean();

describe('writeImage', () => {
  it('writes what the index knows of the whole log', () => {
    const { summary } = new ImagedLog(log()).read();
    expect(summary).toMatchObject({
      nextSequence: 3,
      names: [{ name: 'moved', kind: 0x1000 }],
      scopes: ['default', 'shop'],
      streams: [
        { key: 'a', sequence: 2, clock: 1 },
        { key: 'b', sequence: 1, clock: 0 },
      ],
      segments: [
        { id: 1, firstSequence: 0, footer: 'none', names: 1, keys: 0 },
        { id: 2, firstSequence: 2, footer: 'none', names: 1 },
      ],
      chunks: [{ firstSequence: 0, count: 3, at: 0, segmentId: 0 }],
    });
    expect([...summary.kinds]).toEqual([0x1000, 0x1001]);
    expect(summary.keys[1]).toBe(1);
    expect(summary.ids).toHaveLength(6);
  });

  it('keeps the image that is there when a frame that it must look at is damaged', () => {
    const forged = log();
    const imaged = new ImagedLog(forged);
    const before = imaged.read();
    const plan = new FaultPlan(imaged.files).shortRead({ path: '000001.fbat', bytes: 3, nth: 1 });
    expect(imaged.write(plan)).toBe(false);
    expect(imaged.read()).toEqual(before);
  });

  it('leaves nothing behind when it fails', () => {
    const imaged = new ImagedLog(log());
    const names = imaged.files.list('/log').sort();
    const plan = new FaultPlan(imaged.files).fail({ operation: 'sync', code: 'EIO' });
    expect(thrownBy(() => imaged.write(plan))).toMatchObject({ code: 'EIO' });
    expect(imaged.files.list('/log').sort()).toEqual(names);
  });
});
