import type { BatchItem, Region, Store, ViewOptions } from '../src/index.ts';
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
const rareEntities = 10;
const pageLimit = 50;

const neverName = 'no views';
const settings: Readonly<Record<string, ViewOptions>> = {
  [neverName]: { soa: 'never', entityGroups: 'never' },
  soa: { soa: 'always', entityGroups: 'never' },
  entityGroups: { soa: 'never', entityGroups: 'always' },
  auto: { soa: 'auto', entityGroups: 'auto' },
};

/**
 * What each view buys on which query: the same files, opened with one view, with the other, with
 * both as they are by default, and with none, which stands where the peer does elsewhere.
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
  readonly options: { readonly after?: number; readonly limit?: number };
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

/** Workload A, in which one event in 1 000 is of another kind and namespace, and in no shop. */
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
  const entity = `audit:${Math.floor(i / rareEvery) % rareEntities}`;
  return { at: { entity, scope: 'office' }, kind: rareKind, payload };
}

function isRare(i: number): boolean {
  return i % rareEvery === rareEvery - 1;
}
