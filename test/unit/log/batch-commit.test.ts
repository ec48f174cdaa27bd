import { describe, expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { wrapInspection } from '../../../src/inspect/inspection.ts';
import { BatchCommit } from '../../../src/log/batch-commit.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import {
  DiskFullError,
  SyncFailedError,
  WriteFailedError,
} from '../../../src/model/errors/disk-errors.ts';
import { WriterUnderTest } from '../../support/log-writer.ts';
import { thrownBy } from '../../support/store-host.ts';

const batchId = new Uint8Array(8).fill(3);

function given() {
  const tested = new WriterUnderTest();
  tested.append(0);
  return { tested, batch: new BatchCommit(tested.writer, tested.timeline, batchId, undefined) };
}

/** Stages a batch of two events, up to its COMMIT. */
function stageTwo(tested: WriterUnderTest, batch: BatchCommit): void {
  batch.validated();
  tested.writer.prepare(2000);
  batch.begin(1, 2);
  for (const sequence of [1, 2]) {
    batch.stage(Object.assign(tested.draft(sequence), { batchId }));
  }
}

describe('BatchCommit', () => {
  it('writes BEGIN, items and COMMIT at once', () => {
    const { tested, batch } = given();
    const writes = tested.plan.count('write');
    stageTwo(tested, batch);
    expect(tested.plan.count('write')).toBe(writes);
    batch.commit(3);
    expect(tested.plan.count('write')).toBe(writes + 1);
    expect(batch.state).toBe('publishing');
    expect(tested.recovered()).toMatchObject({ tornTail: undefined });
    expect(tested.recovered().index.count).toBe(3);
  });

  it('is void when any byte of it is missing', () => {
    const { tested, batch } = given();
    const before = tested.memory.stat('/log/000001.fbat')?.sizeBytes ?? 0;
    stageTwo(tested, batch);
    batch.commit(3);
    const handle = tested.memory.open('/log/000001.fbat', 'write');
    for (let size = handle.size() - 1; size > before; size -= 1) {
      handle.truncate(size);
      expect(tested.recovered().index.count, `cut to ${size}`).toBe(1);
    }
  });

  it('goes on to published, and durable when it is synced', () => {
    const { tested, batch } = given();
    stageTwo(tested, batch);
    batch.commit(3);
    batch.published();
    expect([batch.state, tested.writer.durableEvents]).toEqual(['published', 0]);
    batch.sync();
    expect([batch.state, tested.writer.durableEvents]).toEqual(['durable', 3]);
  });

  it('takes no step out of order', () => {
    const { batch } = given();
    expect(() => batch.published()).toThrow(AssertionFailure);
    expect(() => batch.commit(0)).toThrow(AssertionFailure);
    expect(batch.state).toBe('validating');
  });

  it('is aborted when an item is refused', () => {
    const { batch } = given();
    batch.fail(new RangeError('no item'));
    expect(batch.state).toBe('aborted');
    batch.fail(new RangeError('no item'));
    expect(batch.state).toBe('aborted');
  });

  it('is aborted when the disk is full, and nothing of it is left', () => {
    const { tested, batch } = given();
    stageTwo(tested, batch);
    tested.memory.capacityBytes = tested.memory.usedBytes + 50;
    const thrown = thrownBy(() => batch.commit(3));
    expect(thrown).toBeInstanceOf(DiskFullError);
    expect(batch.state).toBe('committing');
    batch.fail(thrown);
    expect(batch.state).toBe('aborted');
    expect(tested.recovered()).toMatchObject({ tornTail: undefined });
  });

  it('is unknown when a failed write could neither be undone nor left behind', () => {
    const { tested, batch } = given();
    stageTwo(tested, batch);
    tested.plan.tear({ code: 'EIO', keepBytes: 50 });
    tested.plan.fail({ operation: 'truncate', code: 'EIO' });
    tested.plan.fail({ operation: 'rename', code: 'EIO' });
    const thrown = thrownBy(() => batch.commit(3));
    expect(thrown).toBeInstanceOf(WriteFailedError);
    batch.fail(thrown);
    expect(batch.state).toBe('unknown');
  });

  it('is aborted when a failed write is left behind by a restart', () => {
    const { tested, batch } = given();
    stageTwo(tested, batch);
    tested.plan.tear({ code: 'EIO', keepBytes: 50 });
    tested.plan.fail({ operation: 'truncate', code: 'EIO' });
    batch.fail(thrownBy(() => batch.commit(3)));
    expect(batch.state).toBe('aborted');
    expect(tested.recovered()).toMatchObject({ tornTail: undefined, epoch: 1 });
    expect(tested.recovered().index.count).toBe(1);
  });

  it('is unknown when its sync fails', () => {
    const { tested, batch } = given();
    stageTwo(tested, batch);
    batch.commit(3);
    batch.published();
    tested.plan.fail({ operation: 'sync', code: 'EIO' });
    expect(thrownBy(() => batch.sync())).toBeInstanceOf(SyncFailedError);
    expect(batch.state).toBe('unknown');
  });

  it('shows its steps to an inspector', () => {
    const seen: InspectionEvent[] = [];
    const inspect = wrapInspection(
      (event) => seen.push(event),
      () => undefined,
    );
    const tested = new WriterUnderTest();
    tested.append(0);
    const batch = new BatchCommit(tested.writer, tested.timeline, batchId, inspect);
    stageTwo(tested, batch);
    const types = seen.flatMap((event) =>
      event.type === '@xstate.event' ? [event.event.type] : [],
    );
    expect(types).toEqual(['xstate.init', 'items.valid', 'begin.staged']);
  });
});
