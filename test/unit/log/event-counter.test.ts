import { describe, expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { EventCounter } from '../../../src/log/event-counter.ts';
import { WriterControl } from '../../../src/log/writer-control.ts';
import { ManualTimers } from '../../../src/platform/timers.ts';

function given() {
  const seen: unknown[] = [];
  const inspect = (event: InspectionEvent): void => {
    if (event.type === '@xstate.event' && event.event.type === 'events.written') {
      seen.push(event.event.events);
    }
  };
  const timers = new ManualTimers();
  const input = { queueCapacity: 10, pressureRetryThresholdPct: 75, shutdownDrainLimit: 10 };
  const control = new WriterControl(input, inspect);
  control.send({ type: 'open.succeeded' });
  return { seen, timers, control, counter: new EventCounter(control, timers) };
}

describe('EventCounter', () => {
  it('tells the machine of all events of a quarter second at once, and of none if idle', () => {
    const { seen, timers, counter } = given();
    for (let i = 0; i < 1000; i += 1) counter.add(1);
    timers.advance(249);
    expect(seen).toEqual([]);
    timers.advance(1);
    expect(seen).toEqual([1000]);
    timers.advance(10_000);
    counter.add(256);
    timers.advance(250);
    expect(seen).toEqual([1000, 256]);
    expect(timers.pending).toBe(0);
  });

  it('tells the rest when it is flushed, and nothing to a writer that is closed', () => {
    const { seen, timers, control, counter } = given();
    counter.add(3);
    counter.flush();
    expect([seen, timers.pending]).toEqual([[3], 0]);
    counter.add(4);
    control.send({ type: 'close.requested', queued: 0 });
    timers.advance(250);
    expect(seen).toEqual([3]);
  });
});
