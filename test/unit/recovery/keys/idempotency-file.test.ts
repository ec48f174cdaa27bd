import { describe, expect, it } from 'vitest';
import type { KeyCheckpoint } from '../../../../src/codec/key-checkpoint.ts';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import {
  readIdempotencyFile,
  writeIdempotencyFile,
} from '../../../../src/recovery/keys/idempotency-file.ts';

const storeId = new Uint8Array(16).fill(5);
const seed = 77;

/** An index of events whose times are 1000, 1001, 1002 … */
function indexOf(count: number): EventIndex {
  const index = new EventIndex(seed);
  const entityId = index.entities.intern('e', 0);
  for (let clock = 0; clock < count; clock += 1) {
    index.push({
      ...{ kind: 0x1abc, entityId, scopeId: 0, clock, offset: 0, length: 0 },
      ...{ timestampUs: 1000 + clock, idBytes: new Uint8Array(16), idAt: 0 },
      ...{ keyBytes: undefined, keyAt: 0, hash: undefined, hashAt: 0 },
    });
  }
  return index;
}

function checkpointOf(more: Partial<KeyCheckpoint> = {}): KeyCheckpoint {
  return {
    storeId,
    epoch: 3,
    watermark: 5,
    lastTimestampUs: 1004,
    seed,
    entries: Uint32Array.of(1, 2, 3, 4),
    receipts: new Uint8Array(0),
    receiptCount: 0,
    ...more,
  };
}

function given(checkpoint = checkpointOf()) {
  const files = new MemoryFiles();
  files.makeDirectory('/d');
  writeIdempotencyFile(files, '/d', checkpoint);
  const log = { storeId, epoch: 3, index: indexOf(5) };
  return { files, log };
}

describe('the idempotency file', () => {
  it('is read as it was written', () => {
    const { files, log } = given();
    expect(files.list('/d')).toEqual(['idempotency']);
    expect(readIdempotencyFile(files, '/d', log)).toEqual(checkpointOf());
  });

  it('is used for a log that has gone on since, in later epochs too', () => {
    const { files } = given();
    for (const log of [
      { storeId, epoch: 3, index: indexOf(9) },
      { storeId, epoch: 4, index: indexOf(5) },
    ]) {
      expect(readIdempotencyFile(files, '/d', log)).toEqual(checkpointOf());
    }
  });

  it('is used for a log without events when it was written for one', () => {
    const { files } = given(
      checkpointOf({ watermark: 0, lastTimestampUs: 0, entries: new Uint32Array(0) }),
    );
    const log = { storeId, epoch: 3, index: indexOf(0) };
    expect(readIdempotencyFile(files, '/d', log)).toMatchObject({ watermark: 0 });
  });

  it('is not there in a store that has none', () => {
    const { log } = given();
    const files = new MemoryFiles();
    files.makeDirectory('/d');
    expect(readIdempotencyFile(files, '/d', log)).toBeUndefined();
  });

  it.each([
    ['ahead of the log', { watermark: 6, lastTimestampUs: 1005 }],
    ['ahead of the log', { epoch: 4 }],
    ['another log', { lastTimestampUs: 1003 }],
    ['another seed', { seed: 78 }],
    ['another store', { storeId: new Uint8Array(16) }],
  ])('is refused as of %s', (refused, more) => {
    const { files, log } = given(checkpointOf(more));
    expect(readIdempotencyFile(files, '/d', log)).toEqual({ refused });
  });

  it('is refused when it is no file, and a link is not followed', () => {
    const { files, log } = given();
    files.rename('/d/idempotency', '/d/elsewhere');
    files.symlink('/d/elsewhere', '/d/idempotency');
    expect(readIdempotencyFile(files, '/d', log)).toEqual({ refused: 'no file' });
    files.remove('/d/idempotency');
    files.makeDirectory('/d/idempotency');
    expect(readIdempotencyFile(files, '/d', log)).toEqual({ refused: 'no file' });
  });

  it('is refused when the disk does not give it', () => {
    for (const operation of ['stat', 'open', 'size', 'read'] as const) {
      const { files, log } = given();
      const plan = new FaultPlan(files).fail({ operation, code: 'EIO' });
      expect(readIdempotencyFile(plan, '/d', log), operation).toEqual({
        refused: 'unreadable',
        systemCode: 'EIO',
      });
    }
  });

  it('is read whole although reads are short, and refused when it shrinks meanwhile', () => {
    const { files, log } = given();
    const short = new FaultPlan(files).shortRead({ bytes: 7, andLater: true });
    expect(readIdempotencyFile(short, '/d', log)).toEqual(checkpointOf());
    const gone = new FaultPlan(files).shortRead({ bytes: 0, nth: 1 });
    expect(readIdempotencyFile(gone, '/d', log)).toEqual({ refused: 'cut off' });
  });
});
