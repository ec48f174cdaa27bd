import { describe, expect, it } from 'vitest';
import type { WriterEvent } from '../../../machines/writer.ts';
import { wrapInspection } from '../../../src/inspect/inspection.ts';
import { WriterControl } from '../../../src/log/writer-control.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';

const input = { queueCapacity: 10, pressureRetryThresholdPct: 75, shutdownDrainLimit: 10 };
const failure = { operation: 'write', systemCode: 'EIO', atMs: 0 };

function controlAfter(...events: readonly WriterEvent[]): WriterControl {
  const control = new WriterControl(input, undefined);
  for (const event of events) control.send(event);
  return control;
}

describe('WriterControl', () => {
  it('is ready from the opening to the close', () => {
    const control = controlAfter();
    expect([control.ready, control.closing]).toEqual([false, false]);
    control.send({ type: 'open.succeeded' });
    expect([control.ready, control.closing]).toEqual([true, false]);
    control.send({ type: 'close.requested', queued: 0 });
    expect([control.ready, control.closing]).toEqual([false, true]);
    control.send({ type: 'close.finished' });
    expect([control.ready, control.closing, control.state]).toEqual([false, true, 'closed']);
  });

  it('is neither ready nor closing when the writer is dead', () => {
    const control = controlAfter(
      { type: 'open.succeeded' },
      { type: 'io.failed', ...failure },
      { type: 'restart.denied' },
    );
    expect([control.ready, control.closing, control.state]).toEqual([false, false, 'dead']);
  });

  it('knows whether the disk is full', () => {
    const control = controlAfter({ type: 'open.succeeded' }, { type: 'disk.filled' });
    expect([control.ready, control.diskFull]).toEqual([true, true]);
    control.send({ type: 'disk.freed' });
    expect(control.diskFull).toBe(false);
  });

  it('fails on what the machine does not take in its state', () => {
    const control = controlAfter({ type: 'open.succeeded' });
    expect(() => control.send({ type: 'sync.finished' })).toThrow(AssertionFailure);
    expect(control.ready).toBe(true);
  });

  it('fails on a send from inside another one', () => {
    const thrown: unknown[] = [];
    const inspect = wrapInspection(
      (event) => {
        if (event.type !== '@xstate.event' || event.event.type !== 'open.succeeded') return;
        control.send({ type: 'disk.filled' });
      },
      (_, cause) => thrown.push(cause),
    );
    const control = new WriterControl(input, inspect);
    control.send({ type: 'open.succeeded' });
    expect(thrown).toEqual([expect.any(AssertionFailure)]);
    expect([control.ready, control.diskFull]).toEqual([true, false]);
  });
});
