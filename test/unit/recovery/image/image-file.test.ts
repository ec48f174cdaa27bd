import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import { readImage } from '../../../../src/recovery/image/image-file.ts';
import { ForgedLog, forgedStoreId } from '../../../support/forged-log.ts';
import { ImagedLog } from '../../../support/imaged-log.ts';

const imaged = (): ImagedLog => new ImagedLog(new ForgedLog().segment().event('a').clean());

describe('readImage', () => {
  it('reads the summary, and leaves the columns', () => {
    const { summary, chunkBytes } = imaged().read();
    expect(summary).toMatchObject({ nextSequence: 1, hashChain: true, epoch: 0 });
    expect(chunkBytes).toBe(34);
  });

  it('answers nothing where there is no image', () => {
    const log = imaged();
    log.files.remove(log.path);
    expect(readImage(log.files, log.directory, forgedStoreId)).toBeUndefined();
  });

  it('says why an image is of no use', () => {
    const log = imaged();
    const read = () => readImage(log.files, log.directory, forgedStoreId);
    expect(readImage(log.files, log.directory, new Uint8Array(16))).toBe('another store');
    log.forge({}, 2);
    expect(read()).toBe('another version');
    const handle = log.files.open(log.path, 'write');
    handle.truncate(handle.size() - 1);
    expect(read()).toBe('cut off or damaged');
    handle.truncate(10);
    expect(read()).toBe('cut off or damaged');
    log.files.remove(log.path);
    log.files.symlink('/elsewhere', log.path);
    expect(read()).toBe('no file');
  });

  it('takes one that the system does not give for unreadable', () => {
    const log = imaged();
    const plan = new FaultPlan(log.files).fail({ operation: 'read', code: 'EIO' });
    expect(readImage(plan, log.directory, forgedStoreId)).toBe('unreadable');
  });
});
