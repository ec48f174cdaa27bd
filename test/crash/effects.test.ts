import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { effects, openStore, Region, repository, type Store } from 'batpak';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stampedEffects, stampRole } from '../../src/aggregates/fold/stamp.ts';
import { SeededRandom } from '../../src/platform/random.ts';
import { type EffectLine, type EffectsRequest, job } from '../support/effects-facts.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { compileWriter, WriterProcess } from '../support/writer-process.ts';

const roundsWanted = process.env['CI'] === undefined ? 12 : 40;
const { numRuns: rounds, seed = Date.now() % 2 ** 31 } = propertyRuns(roundsWanted);
const options = { segmentMaxBytes: 64 * 1024, sync: { everyNEvents: 40, maxDelayMs: 2 } };
const jobs = Region.prefix('job:');
type Running = WriterProcess<EffectsRequest, EffectLine>;

describe('effects of a process that is killed again and again', () => {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-effects-'));
  const code = join(directory, 'code');
  const dataDir = join(directory, 'store');
  const start = (): Running => new WriterProcess(code, dataDir, 'effects-child.js');
  let waiting: Running | undefined;

  beforeAll(() => {
    compileWriter(code, ['effects-child.ts', 'effects-facts.ts']);
    waiting = start();
  });
  afterAll(async () => {
    await waiting?.kill();
    rmSync(directory, { recursive: true });
  });

  it(`run at least once, and timers fire exactly once (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const begun = { action: new Set<string>(), actor: new Set<string>() };
    for (let life = 1; life <= rounds; life += 1) {
      const process = waiting ?? start();
      waiting = undefined;
      await process.start({ seed: random.nextUint32(), options });
      // The next process loads its code while this one works.
      waiting = start();
      if (random.below(5) > 0) await process.hasPrinted(1 + random.below(3000));
      await setTimeout(random.below(60));
      for (const { did, key } of await process.kill()) begun[did].add(key);
    }
    const store = openStore({ dataDir, ...options });
    const all = repository(store, job);
    const runner = effects(all, {
      actors: {
        work: ({ key }) => {
          begun.actor.add(key);
          return 7;
        },
      },
      actions: { tell: ({ key }) => void begun.action.add(key) },
    }).start({ from: 'beginning' });
    for (let empty = 0; empty < 2; ) {
      await runner.idle();
      await setTimeout(5);
      empty = runner.waitingTimers === 0 ? empty + 1 : 0;
    }
    compare(store, begun);
    const ids = new Set(Array.from(store.query(jobs), ({ entity }) => entity.slice(4)));
    expect(ids.size).toBeGreaterThan(rounds);
    for (const id of ids) expect(all.load(id)).toMatchObject({ status: 'done' });
    expect([runner.parked, runner.failures]).toEqual([[], []]);
    expect(store.verify().ok).toBe(true);
    await runner.stop();
    store.close();
  }, 600_000);
});

/** Every action and actor has begun; every timer has fired once; every actor has one answer. */
function compare(
  store: Store,
  begun: Readonly<Record<'action' | 'actor', ReadonlySet<string>>>,
): void {
  const stopped = new Set<string>();
  const asked = { action: [] as string[], actor: [] as string[], timer: [] as string[] };
  const running = new Map<string, string>();
  const answers = new Map<string, number>();
  for (const { entity, eventId, kind, payload, extensions } of store.events(jobs)) {
    const stamp = extensions.get('m');
    if (stamp === undefined || stampRole(stamp) === undefined) continue;
    for (const [ordinal, effect] of stampedEffects(stamp).entries()) {
      const key = `${eventId}:${ordinal}`;
      if (effect.do === 'run') asked.action.push(key);
      if (effect.do === 'set') asked.timer.push(key);
      if (effect.do === 'stop') stopped.add(running.get(entity) ?? '');
      if (effect.do === 'start') {
        asked.actor.push(key);
        running.set(entity, key);
      }
    }
    const { key = '', reason }: { key?: string; reason?: string } = Object(payload);
    if (kind > 0x0100 && kind < 0x0104) answers.set(key, (answers.get(key) ?? 0) + 1);
    expect(reason ?? 'stopped').toBe('stopped');
  }
  expect(asked.action.filter((key) => !begun.action.has(key))).toEqual([]);
  // An actor that was left before its turn came need not have begun.
  const wanted = asked.actor.filter((key) => !stopped.has(key) || answers.has(key));
  expect(wanted.filter((key) => !begun.actor.has(key))).toEqual([]);
  expect(asked.timer.filter((key) => answers.get(key) !== 1)).toEqual([]);
  expect([...answers.values()].filter((count) => count !== 1)).toEqual([]);
}
