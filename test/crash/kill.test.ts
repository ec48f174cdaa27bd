import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openStore, Region, type Store, type StoredEvent } from 'batpak';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { compileWriter, type ReturnedEvent, WriterProcess } from '../support/writer-process.ts';

const { numRuns: rounds, seed = Date.now() % 2 ** 31 } = propertyRuns(50);
const options = { segmentMaxBytes: 16 * 1024, sync: { everyNEvents: 40, maxDelayMs: 2 } };

describe('a store whose process is killed again and again', () => {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-kill-'));
  const code = join(directory, 'code');
  const dataDir = join(directory, 'store');
  const startWriter = (): WriterProcess => new WriterProcess(code, dataDir);
  let waiting: WriterProcess | undefined;

  beforeAll(() => {
    compileWriter(code);
    waiting = startWriter();
  });
  afterAll(async () => {
    await waiting?.kill();
    rmSync(directory, { recursive: true });
  });

  it(`keeps what was told to be written, and no half of anything (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const kept: ReturnedEvent[] = [];
    let returned = 0;
    for (let round = 0; round < rounds; round += 1) {
      const writer = waiting ?? startWriter();
      waiting = undefined;
      await writer.start({ seed: random.nextUint32(), options });
      // The next process loads its code while this one writes.
      waiting = startWriter();
      // A round in five is killed wherever it is, mostly while it opens the store.
      if (random.below(5) > 0) await writer.hasWritten();
      await setTimeout(random.below(80));
      const writes = await writer.kill();
      returned += writes.length;
      const store = openStore({ dataDir, ...options });
      expectRound(store, kept, writes, `round ${round}`);
      if (round % 10 === 9) expectAll(store, kept);
      // Without this the next process finds the same unclean end as this one.
      if (random.below(3) === 0) kept.push(factsOf(append(store, round)));
      store.close();
    }
    expect(returned).toBeGreaterThan(rounds);
    const store = openStore({ dataDir, ...options });
    expectAll(store, kept);
    store.close();
  }, 180_000);
});

function append(store: Store, round: number): StoredEvent {
  const { sequence } = store.append('rounds', 0x1abe, { round });
  const event = store.at(sequence);
  if (event === undefined) throw new Error('an event that was appended is there');
  return event;
}

/** Checks what a killed process left behind `kept`, and takes it over into that. */
function expectRound(
  store: Store,
  kept: ReturnedEvent[],
  writes: readonly ReturnedEvent[][],
  round: string,
): void {
  const after = kept.length === 0 ? {} : { after: kept.length - 1 };
  const events = [...store.events(Region.all(), after)];
  const facts = events.map(factsOf);
  const told = writes.flat();
  expect(facts.slice(0, told.length), round).toEqual(told);
  const whole = wholeWrites(events);
  expect(whole, `${round}: no half of a write`).not.toContain('half');
  // The process was killed between a write and the line for it, or not.
  expect(whole.length - writes.length, round).toBeLessThanOrEqual(1);
  kept.push(...facts);
}

function expectAll(store: Store, kept: readonly ReturnedEvent[]): void {
  expect([...store.events(Region.all())].map(factsOf)).toEqual(kept);
  expect(store.verify()).toMatchObject({ ok: true, events: kept.length, errors: [] });
}

function factsOf({ eventId, sequence, hash, payload }: StoredEvent): ReturnedEvent {
  return { eventId, sequence, hash: Buffer.from(hash ?? []).toString('hex'), payload };
}

/** What the events were written by, one word for each write; `half` for what is none. */
function wholeWrites(events: readonly StoredEvent[]): string[] {
  const writes: string[] = [];
  for (let at = 0; at < events.length; ) {
    const size = sizeOfWrite(events, at);
    writes.push(size === 0 ? 'half' : 'whole');
    at += size || 1;
  }
  return writes;
}

function sizeOfWrite(events: readonly StoredEvent[], at: number): number {
  const first = events[at];
  if (first?.name === 'door.rang') return events[at + 1]?.name === 'door.sounded' ? 2 : 0;
  if (first?.name === 'door.sounded') return 0;
  const item = batchItemOf(first);
  if (item === undefined) return 1;
  for (let index = 0; index < item.size; index += 1) {
    const { batch, index: found } = batchItemOf(events[at + index]) ?? {};
    if (batch !== item.batch || found !== index) return 0;
  }
  return item.size;
}

interface BatchItemPayload {
  readonly batch: string;
  readonly index: number;
  readonly size: number;
}

function batchItemOf(event: StoredEvent | undefined): BatchItemPayload | undefined {
  return event?.kind === 0x1abd ? (event.payload as BatchItemPayload) : undefined;
}
