import type { BatchItem, QueryOptions, Region, Store, ViewOptions } from '../src/index.ts';
import { openBenchStore } from './bench-store.ts';
import { collectGarbage } from './harness.ts';
import { library } from './library.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf, type Row } from './measure.ts';
import { makeScratch } from './scratch.ts';
import type { OpenSqlite } from './sqlite-peer.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/** Calls before the time is taken; enough for `auto` to have made what it will make. */
const callsBefore = 100;
const rareEvery = 1000;
const rareKind = 0x1002;
/** How many events each entity of the rare kind has. */
const rareEntityEvents = 2;
const pageLimit = 50;
const entityCount = 100;

const neverName = 'no views';
const settings: Readonly<Record<string, ViewOptions>> = {
  [neverName]: { soa: 'never', entityGroups: 'never', tiles64: 'never' },
  soa: { soa: 'always', entityGroups: 'never', tiles64: 'never' },
  entityGroups: { soa: 'never', entityGroups: 'always', tiles64: 'never' },
  tiles64: { soa: 'never', entityGroups: 'never', tiles64: 'always' },
  'no tiles': { soa: 'always', entityGroups: 'always', tiles64: 'never' },
  auto: { soa: 'auto', entityGroups: 'auto', tiles64: 'auto' },
};

/**
 * What each view buys on which query: the same files, opened with one view alone, with all but
 * tiles, with all as they are by default, and with none, which stands where the peer does
 * elsewhere.
 */
export function viewsGroup(workload: Workload, _sqlite: OpenSqlite | undefined): Group {
  const { viewEvents } = workload;
  const asked = questionsOf(viewEvents);
  let made: string | undefined;
  const folder = () => {
    made ??= fill(workload, viewEvents);
    return made;
  };
  const names = Object.keys(settings);
  return {
    name: 'views',
    contestants: names.map((name) => asks(name, workload, asked, folder)),
    rows: asked.flatMap((question) => rowsOf(question, names)),
  };
}

/** A query, and what it must come upon. */
interface Question {
  readonly name: string;
  readonly region: Region;
  readonly options: QueryOptions;
  readonly sum: number;
  /** How many calls the time is the mean of. */
  readonly calls: number;
}

function rowsOf({ name }: Question, names: readonly string[]): Row[] {
  const compared = names.filter((setting) => setting !== neverName);
  return compared.map((setting) => ({
    name: `${name}, ${setting}`,
    measure: name,
    unit: 'µs/call',
    subject: setting,
    peer: neverName,
  }));
}

function asks(
  name: string,
  workload: Workload,
  asked: readonly Question[],
  folder: () => string,
): Contestant {
  return {
    name,
    run: () => {
      const store = openBenchStore(folder(), workload, { index: { views: settings[name] ?? {} } });
      const measured: Record<string, number> = {};
      for (const question of asked) {
        timeCalls(store, question, callsBefore);
        collectGarbage();
        measured[question.name] = timeCalls(store, question, question.calls);
      }
      store.close();
      return measured;
    },
  };
}

/** Microseconds a call. Checks what each call came upon. */
function timeCalls(store: Store, { region, options, name, sum }: Question, count: number): number {
  let total = 0;
  const nanoseconds = nanosecondsOf(() => {
    for (let call = 0; call < count; call += 1) {
      for (const entry of store.query(region, options)) total += entry.sequence;
    }
  });
  mustEqual(`sum of the sequences of ${name}`, total, sum * count);
  return nanoseconds / count / 1e3;
}

function questionsOf(events: number): Question[] {
  const { Region } = library;
  const { entity, scope } = coordinateOf(1);
  const after = events >> 1;
  // Each of the entities has as many clocks as the workload goes around.
  const rounds = Math.floor(events / entityCount);
  const clocks = { from: rounds >> 1, to: (rounds >> 1) + Math.floor(rounds / 40) - 1 };
  return [
    {
      name: 'a kind of 1 in 1 000',
      region: Region.all().withKind(rareKind),
      options: {},
      calls: 50,
      sum: sumWhere(events, isRare),
    },
    {
      name: 'a scope of 1 in 10',
      region: Region.all().withScope(scope),
      options: {},
      calls: 50,
      sum: sumWhere(events, (i) => !isRare(i) && coordinateOf(i).scope === scope),
    },
    {
      name: 'a namespace of 1 in 1 000',
      region: Region.namespace('audit'),
      options: {},
      calls: 50,
      sum: sumWhere(events, isRare),
    },
    {
      name: 'the first events of all entities',
      region: Region.all().withClock({ to: 0 }),
      options: {},
      calls: 50,
      sum: sumWhere(events, isFirst),
    },
    {
      name: 'clocks of 1 in 40',
      region: Region.all().withClock(clocks),
      options: {},
      calls: 50,
      sum: sumOfClocks(events, clocks),
    },
    {
      name: `${pageLimit} of an entity from the middle on`,
      region: Region.entity(entity),
      options: { after, limit: pageLimit },
      calls: 2000,
      sum: sumWhere(
        events,
        (i) => i > after && !isRare(i) && coordinateOf(i).entity === entity,
        pageLimit,
      ),
    },
  ];
}

/** Sum of the first so many sequences that pass. */
function sumWhere(events: number, passes: (i: number) => boolean, limit = events): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < events && count < limit; i += 1) {
    if (!passes(i)) continue;
    sum += i;
    count += 1;
  }
  return sum;
}

/**
 * Workload A, in which one event in 1 000 is of another kind and namespace, and in no shop. They
 * are of ever new entities, each of which has two.
 */
function fill(workload: Workload, events: number): string {
  const folder = makeScratch();
  const store = openBenchStore(folder, workload);
  for (let first = 0; first < events; first += workload.batchEvents) {
    const count = Math.min(workload.batchEvents, events - first);
    const items = Array.from({ length: count }, (_, at) => itemOf(first + at));
    store.appendBatch(items, { durable: false });
  }
  store.close();
  return folder;
}

function itemOf(i: number): BatchItem {
  const payload = payloadOf(i);
  if (!isRare(i)) return { at: coordinateOf(i), kind: workloadKind, payload };
  const entity = `audit:${Math.floor(i / rareEvery / rareEntityEvents)}`;
  return { at: { entity, scope: 'office' }, kind: rareKind, payload };
}

function isFirst(i: number): boolean {
  return isRare(i) ? Math.floor(i / rareEvery) % rareEntityEvents === 0 : i < entityCount;
}

/** Sum of the sequences of events whose clocks are in the range, which none of the rare is. */
function sumOfClocks(events: number, { from, to }: { from: number; to: number }): number {
  const clocks = new Map<string, number>();
  let sum = 0;
  for (let i = 0; i < events; i += 1) {
    if (isRare(i)) continue;
    const { entity } = coordinateOf(i);
    const clock = clocks.get(entity) ?? 0;
    clocks.set(entity, clock + 1);
    if (clock >= from && clock <= to) sum += i;
  }
  return sum;
}

function isRare(i: number): boolean {
  return i % rareEvery === rareEvery - 1;
}
