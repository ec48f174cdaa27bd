import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { nodePlatform, openReadOnly, openStore, Region, type Store } from 'batpak';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CursorFiles } from '../../src/delivery/cursor/cursor-files.ts';
import { SeededRandom } from '../../src/platform/random.ts';
import { type DeliveringRequest, echoing, echoKind, orders } from '../support/delivering-facts.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { compileWriter, WriterProcess } from '../support/writer-process.ts';

const roundsWanted = process.env['CI'] === undefined ? 15 : 50;
const { numRuns: rounds, seed = Date.now() % 2 ** 31 } = propertyRuns(roundsWanted);
const options = { segmentMaxBytes: 16 * 1024, sync: { everyNEvents: 40, maxDelayMs: 2 } };
type Delivering = WriterProcess<DeliveringRequest, number[]>;

describe('deliveries of a process that is killed again and again', () => {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-deliver-'));
  const code = join(directory, 'code');
  const dataDir = join(directory, 'store');
  const start = (): Delivering => new WriterProcess(code, dataDir, 'delivering-child.js');
  let waiting: Delivering | undefined;

  beforeAll(() => {
    compileWriter(code, ['delivering-child.ts', 'delivering-facts.ts']);
    waiting = start();
  });
  afterAll(async () => {
    await waiting?.kill();
    rmSync(directory, { recursive: true });
  });

  it(`handle every event at least once, and react to it exactly once (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const handled = new Set<number>();
    for (let life = 1; life <= rounds; life += 1) {
      const process = waiting ?? start();
      waiting = undefined;
      await process.start({ seed: random.nextUint32(), options });
      // The next process loads its code while this one works.
      waiting = start();
      if (random.below(5) > 0) await process.hasPrinted(1 + random.below(400));
      await setTimeout(random.below(30));
      for (const batch of await process.kill()) for (const each of batch) handled.add(each);
      const reader = openReadOnly({ dataDir });
      compareReactions(reader, false);
      comparePositions(dataDir, reader, handled);
      reader.close();
    }
    const store = openStore({ dataDir, ...options });
    const last: number[] = [];
    const worker = store.cursorWorker(
      orders,
      (events) => void last.push(...events.map(({ sequence }) => sequence)),
      { name: 'worker' },
    );
    const reactor = store.react(orders, echoing, { name: 'reactor' });
    await reactor.idle();
    await worker.idle();
    for (const sequence of last) handled.add(sequence);
    const wanted = Array.from(store.query(orders), ({ sequence }) => sequence);
    expect(wanted.filter((sequence) => !handled.has(sequence))).toEqual([]);
    expect(wanted.length).toBeGreaterThan(rounds);
    expect([worker.parked, reactor.parked]).toEqual([[], []]);
    compareReactions(store, true);
    expect(store.verify().ok).toBe(true);
    await worker.stop();
    await reactor.stop();
    store.close();
  }, 600_000);
});

/** Each event that is no reaction has all of its reactions once, or, before the end, none. */
function compareReactions(store: Pick<Store, 'events'>, ended: boolean): void {
  const reactions = new Map<string, number>();
  for (const { kind, causationId } of store.events(Region.all())) {
    if (kind !== echoKind || causationId === undefined) continue;
    reactions.set(causationId, (reactions.get(causationId) ?? 0) + 1);
  }
  let reactedTo = 0;
  for (const event of store.events(orders)) {
    if (event.kind === echoKind) continue;
    const wanted = echoing(event).length;
    const found = reactions.get(event.eventId) ?? 0;
    if (found > 0) reactedTo += 1;
    if (ended || found > 0) expect(found, `reactions to ${event.sequence}`).toBe(wanted);
  }
  expect(reactions.size).toBe(reactedTo);
}

/** Every event before the position that is on the disk was handled. */
function comparePositions(
  dataDir: string,
  store: Pick<Store, 'query'>,
  handled: ReadonlySet<number>,
): void {
  const state = new CursorFiles(nodePlatform().files, dataDir).load('worker');
  if (state === undefined) return;
  for (const { sequence } of store.query(orders)) {
    if (sequence >= state.position) break;
    expect(handled.has(sequence), `${sequence} of ${state.position}`).toBe(true);
  }
}
