import { describe, expect, it } from 'vitest';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { type WriterEvent, type WriterInput, writerMachine } from '../../machines/writer.ts';

type Writer = SnapshotFrom<typeof writerMachine>;

/** High from 3 queued events, full from 4. */
const input: WriterInput = {
  queueCapacity: 4,
  pressureRetryThresholdPct: 75,
  shutdownDrainLimit: 3,
};

/** A ready writer after the events. */
function ready(limits: WriterInput, ...sent: WriterEvent[]): Writer {
  let [snapshot] = initialTransition(writerMachine, limits);
  for (const event of [{ type: 'open.succeeded' } as const, ...sent]) {
    [snapshot] = transition(writerMachine, snapshot, event);
  }
  return snapshot;
}

/** Pressure of a ready writer with these limits when the queue has this length. */
function pressureAt(length: number, capacity: number, thresholdPct: number): string {
  const limits = { ...input, queueCapacity: capacity, pressureRetryThresholdPct: thresholdPct };
  return pressureOf(ready(limits, { type: 'queue.changed', length }));
}

function pressureOf({ value }: Writer): string {
  if (typeof value === 'string') throw new Error(`a writer in ${value} has no pressure`);
  return value.ready.pressure;
}

describe('pressure', () => {
  it('is high from the threshold on, rounded up, and full at the capacity', () => {
    expect([2, 3, 4].map((length) => pressureAt(length, 4, 75))).toEqual([
      'normal',
      'high',
      'full',
    ]);
    // 75 per cent of 10 is 7.5: eight events.
    expect([7, 8, 9, 10].map((length) => pressureAt(length, 10, 75))).toEqual([
      'normal',
      'high',
      'high',
      'full',
    ]);
    expect([3071, 3072, 4095, 4096].map((length) => pressureAt(length, 4096, 75))).toEqual([
      'normal',
      'high',
      'high',
      'full',
    ]);
  });

  it('is never high while the queue is empty, whatever the threshold', () => {
    expect(pressureAt(0, 4096, 1)).toBe('normal');
    expect(pressureAt(0, 10, 1)).toBe('normal');
    expect(pressureAt(0, 10, 0)).toBe('normal');
    expect(pressureAt(1, 10, 1)).toBe('high');
  });

  it('goes from normal to full at once with a threshold of 100 per cent', () => {
    expect(pressureAt(9, 10, 100)).toBe('normal');
    expect(pressureAt(10, 10, 100)).toBe('full');
    expect(pressureAt(0, 1, 75)).toBe('normal');
    expect(pressureAt(1, 1, 75)).toBe('full');
  });

  it('stays full beyond the capacity', () => {
    expect(pressureAt(11, 10, 75)).toBe('full');
  });

  it('falls again with the queue', () => {
    const full = { type: 'queue.changed', length: 4 } as const;
    expect(pressureOf(ready(input, full, { type: 'queue.changed', length: 3 }))).toBe('high');
    expect(pressureOf(ready(input, full, { type: 'queue.changed', length: 2 }))).toBe('normal');
    expect(ready(input, full, { type: 'queue.changed', length: 2 }).context.queueLength).toBe(2);
  });

  it('is full while the disk is, whatever the queue does', () => {
    const filled = ready(input, { type: 'disk.filled' }, { type: 'queue.changed', length: 0 });
    expect(pressureOf(filled)).toBe('full');
    expect(filled.context.diskFull).toBe(true);
  });

  it.each([
    [0, 'normal'],
    [3, 'high'],
    [4, 'full'],
  ])('with %i queued is %s again when the disk takes bytes', (length, pressure) => {
    const freed = ready(
      input,
      { type: 'disk.filled' },
      { type: 'queue.changed', length },
      { type: 'disk.freed' },
    );
    expect(pressureOf(freed)).toBe(pressure);
    expect(freed.context.diskFull).toBe(false);
  });

  it('is not lifted by a freed disk when it was the queue that is full', () => {
    const full = ready(input, { type: 'queue.changed', length: 4 });
    expect(full.can({ type: 'disk.freed' })).toBe(false);
    expect(pressureOf(full)).toBe('full');
  });
});
