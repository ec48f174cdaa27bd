import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { IdempotencyConflictError, openStore, Region, type Store } from 'batpak';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import { KillLedger } from '../support/kill-ledger.ts';
import type { KilledFact, KilledRequest } from '../support/killed-facts.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { thrownBy } from '../support/store-host.ts';
import { compileWriter, WriterProcess } from '../support/writer-process.ts';

// A third to half a second each on two quiet cores.
const roundsWanted = process.env['CI'] === undefined ? 60 : 200;
const { numRuns: rounds, seed = Date.now() % 2 ** 31 } = propertyRuns(roundsWanted);
const options = {
  segmentMaxBytes: 16 * 1024,
  sync: { everyNEvents: 40, maxDelayMs: 2 },
  writer: { channelCapacity: 16 },
};
type Killed = WriterProcess<KilledRequest, KilledFact>;

describe('a store whose process is killed again and again, however it writes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-kill-'));
  const code = join(directory, 'code');
  const dataDir = join(directory, 'store');
  const startWriter = (): Killed => new WriterProcess(code, dataDir, 'killed-child.js');
  let waiting: Killed | undefined;

  beforeAll(() => {
    compileWriter(code, ['killed-child.ts', 'killed-writing.ts', 'killed-facts.ts']);
    waiting = startWriter();
  });
  afterAll(async () => {
    await waiting?.kill();
    rmSync(directory, { recursive: true });
  });

  it(`keeps all it said to be written, and no half of anything (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const ledger = new KillLedger();
    for (let life = 1; life <= rounds; life += 1) {
      const writer = waiting ?? startWriter();
      waiting = undefined;
      const retries = ledger.retries((bound) => random.below(bound), 6);
      await writer.start({ life, seed: random.nextUint32(), options, retries });
      // The next process loads its code while this one writes.
      waiting = startWriter();
      // A round in five is killed wherever it is, mostly while it opens the store.
      if (random.below(5) > 0) await writer.hasPrinted(random.below(20_000));
      await setTimeout(random.below(30));
      for (const fact of await writer.kill()) ledger.told(fact);
      // Otherwise the next process finds the same unclean end as this one.
      const repairs = random.below(3) > 0;
      const look = repairs ? lookAsWriter : lookAsReader;
      explained(`process ${life}`, () => look(dataDir, ledger, life % 10 === 0));
    }
    expect(ledger.counts['written']).toBeGreaterThan(rounds);
    lookAsWriter(dataDir, ledger, true);
  }, 600_000);
});

/** Opens the store as the next writer does, and uses its keys. */
function lookAsWriter(dataDir: string, ledger: KillLedger, wholly: boolean): void {
  const store = openStore({ dataDir, ...options });
  compare(store, ledger, wholly);
  for (const known of ledger.retries((bound) => bound - 1, 8)) {
    const told = ledger.eventOf(known);
    if (told === undefined) continue;
    const { entity, kind, payload, lane, key: idempotencyKey } = known;
    const receipt = store.append(entity, kind, payload, { lane, idempotencyKey });
    const { eventId, sequence, clock } = told;
    expect(receipt).toMatchObject({ eventId, sequence, clock, replayed: true });
    const other = () => store.append(entity, kind, 'other', { lane, idempotencyKey });
    expect(thrownBy(other)).toBeInstanceOf(IdempotencyConflictError);
    expect(store.findByKey(idempotencyKey)?.sequence).toBe(sequence);
  }
  store.close();
}

/** Looks at what a writer would find, and leaves it as it is. */
function lookAsReader(dataDir: string, ledger: KillLedger, wholly: boolean): void {
  const store = openReadOnly({ dataDir });
  compare(store, ledger, wholly);
  store.close();
}

function compare(
  store: Pick<Store, 'events' | 'verify'>,
  ledger: KillLedger,
  wholly: boolean,
): void {
  ledger.compare(
    store.events(Region.all(), ledger.events === 0 ? {} : { after: ledger.events - 1 }),
  );
  if (!wholly) return;
  ledger.compareAll([...store.events(Region.all())]);
  expect(store.verify()).toMatchObject({ ok: true, events: ledger.events, errors: [], gaps: [] });
}

/** Runs it, and says in its failure when that was. */
function explained(when: string, run: () => void): void {
  try {
    run();
  } catch (cause) {
    throw new Error(`${when}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
