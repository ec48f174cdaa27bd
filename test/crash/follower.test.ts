import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openStore, Region, type StoredEvent } from 'batpak';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import type { ReadOnlyStore } from '../../src/store/read/read-only-store.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { compileWriter, WriterProcess } from '../support/writer-process.ts';

const { numRuns: rounds, seed = Date.now() % 2 ** 31 } = propertyRuns(5);
const options = { segmentMaxBytes: 8 * 1024, sync: { everyNEvents: 40, maxDelayMs: 2 } };

describe('a follower of a process that is killed and started again', () => {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-follow-'));
  const code = join(directory, 'code');
  const dataDir = join(directory, 'store');

  beforeAll(() => {
    compileWriter(code);
    mkdirSync(dataDir);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it(`sees whole writes in their order, and what it saw stays (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const reader = openReadOnly({ dataDir });
    const kept: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const writer = new WriterProcess(code, dataDir);
      await writer.start({ seed: random.nextUint32(), options });
      await writer.hasWritten();
      // It looks while the process writes, and not only before and after.
      const looks = 10 + random.below(20);
      for (let news = 0; news < looks; await setImmediate()) {
        if (takeNews(reader, kept, `round ${round}`) > 0) news += 1;
      }
      const told = (await writer.kill()).flat().at(-1);
      takeNews(reader, kept, `round ${round}, killed`);
      expect(reader.eventCount).toBeGreaterThan(told?.sequence ?? 0);
      expect(factsOf(reader)).toEqual(kept);
    }
    expect(reader.verify()).toMatchObject({ ok: true, events: kept.length });
    const store = openStore({ dataDir, ...options });
    expect(factsOf(store)).toEqual(kept);
    // A store that is not changed is closed without a trace.
    store.append('end', 0x1abc, null);
    store.close();
    takeNews(reader, kept, 'closed');
    expect(reader.durableThrough()).toBe(kept.length - 1);
    reader.close();
  }, 120_000);
});

/** Refreshes, and checks what is new. @returns how many events that is */
function takeNews(reader: ReadOnlyStore, kept: string[], when: string): number {
  const known = kept.length;
  const { events: count, rebuilt } = reader.refresh();
  expect(rebuilt, when).toBe(false);
  const events = [...reader.events(Region.all(), known === 0 ? {} : { after: known - 1 })];
  expect(events.length, when).toBe(count);
  expect(reader.eventCount, when).toBe(known + count);
  expectWholeBatches(events, when);
  kept.push(...events.map(factOf));
  return count;
}

function expectWholeBatches(events: readonly StoredEvent[], when: string): void {
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at];
    if (event?.kind !== 0x1abd) continue;
    const { batch, index, size } = event.payload as BatchItemPayload;
    expect(index, when).toBe(0);
    const items = events.slice(at, at + size).map(({ payload }) => payload);
    expect(items, when).toEqual(
      Array.from({ length: size }, (_, position) => ({ batch, index: position, size })),
    );
    at += size - 1;
  }
}

interface BatchItemPayload {
  readonly batch: string;
  readonly index: number;
  readonly size: number;
}

function factsOf(store: Pick<ReadOnlyStore, 'events'>): string[] {
  return [...store.events(Region.all())].map(factOf);
}

function factOf({ eventId, sequence, hash, payload }: StoredEvent): string {
  return JSON.stringify([sequence, eventId, Buffer.from(hash ?? []).toString('hex'), payload]);
}
