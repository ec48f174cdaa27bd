import fc from 'fast-check';
import { EventIndex } from '../../src/indexes/event-index.ts';
import { SequenceQuery } from '../../src/indexes/query/sequence-query.ts';
import type { ViewPolicies } from '../../src/indexes/views/index-views.ts';
import { writeUuid7 } from '../../src/model/event-id.ts';
import type { QueryOptions } from '../../src/model/event-source.ts';
import { Region, type RegionSubject } from '../../src/model/region.ts';

/** An event of a made-up index; `undefined` where there is a hole. */
export type Row = RegionSubject | undefined;

const entities = ['order', 'order:1', 'order:2', 'orders', 'player', 'player:7'];
const scopes = ['shop', 'room', 'depot'];
const kinds = [0x1000, 0x1001, 0x2000, 0xf123];

/** An index, and each of its rows. */
export interface MadeIndex {
  readonly index: EventIndex;
  readonly rows: readonly Row[];
}

/** All views of one policy, and each of them alone. */
export const viewPolicies: readonly ViewPolicies[] = [
  { soa: 'auto', entityGroups: 'auto', tiles64: 'auto' },
  { soa: 'always', entityGroups: 'always', tiles64: 'always' },
  { soa: 'never', entityGroups: 'never', tiles64: 'never' },
  { soa: 'always', entityGroups: 'always', tiles64: 'never' },
  { soa: 'never', entityGroups: 'never', tiles64: 'always' },
];

/** Indexes of the same events, one for each policy of views. */
export function madeIndexes(seed: number, count: number, holes: boolean): MadeIndex[] {
  return viewPolicies.map((policies) => {
    const made = madeIndex(seed, count, holes);
    made.index.views.configure(policies);
    return made;
  });
}

/** An index of so many made-up events, the same for the same seed. */
export function madeIndex(seed: number, count: number, holes: boolean): MadeIndex {
  const index = new EventIndex(1);
  const rows: Row[] = [];
  let state = seed >>> 0;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  while (rows.length < count) {
    if (holes && draw(500) === 0) {
      const lost = 1 + draw(5);
      index.pushHole(lost, 0);
      for (let each = 0; each < lost; each += 1) rows.push(undefined);
      continue;
    }
    // Rare ones too: some entities, and one kind, have a few events in each page.
    const entity = draw(4000) === 0 ? `rare:${draw(3)}` : (entities[draw(entities.length)] ?? '');
    const kind = draw(3000) === 0 ? 0x3333 : (kinds[draw(kinds.length)] ?? 0);
    const scope = scopes[draw(scopes.length)] ?? '';
    rows.push(pushRow(index, { entity, scope, kind, lane: draw(3) === 0 ? 1 + draw(2) : 0 }));
  }
  return { index, rows };
}

/** Adds an event to an index. @returns it, with its clock */
export function pushRow(index: EventIndex, event: Omit<RegionSubject, 'clock'>): RegionSubject {
  const { entity, scope, kind, lane = 0 } = event;
  const entityId = index.entities.intern(entity, lane);
  const clock = index.heads.clock(entityId) + 1;
  // By its time, as the store's own are: ids that are all alike would fill one slot of a table.
  const timestampUs = 1_735_689_600_000_000 + index.count;
  writeUuid7(idBytes, 0, timestampUs, 0);
  index.push({
    ...{ kind, entityId, scopeId: index.scopes.intern(scope), clock },
    ...{ offset: 0, length: 100, timestampUs },
    ...{ idBytes, idAt: 0, keyBytes: undefined, keyAt: 0, hash: undefined, hashAt: 0 },
  });
  return { ...event, clock };
}

const idBytes = new Uint8Array(16);

/** Any region over what made-up indexes hold, and some that they don't. */
export const anyRegion: fc.Arbitrary<Region> = fc
  .record({
    base: fc.oneof(
      fc.constant(Region.all()),
      fc.constantFrom(...entities, 'rare:0', 'rare:1', 'absent').map((e) => Region.entity(e)),
      fc.constantFrom('order', 'order:1', 'rare', 'ord').map((name) => Region.namespace(name)),
      fc.constantFrom('', 'o', 'order', 'rare', 'x').map((text) => Region.prefix(text)),
    ),
    scope: fc.option(fc.constantFrom(...scopes, 'absent')),
    kind: fc.option(fc.constantFrom(...kinds, 0x3333, 0xffff)),
    category: fc.option(fc.constantFrom(1, 2, 3, 15)),
    clock: fc.option(fc.tuple(fc.nat({ max: 30_000 }), fc.nat({ max: 30_000 }))),
    lane: fc.option(fc.nat({ max: 3 })),
  })
  .map(({ base, scope, kind, category, clock, lane }) => {
    let region = base;
    if (scope !== null) region = region.withScope(scope);
    if (kind !== null) region = region.withKind(kind);
    if (category !== null) region = region.withCategory(category);
    if (lane !== null) region = region.withLane(lane);
    if (clock === null) return region;
    return region.withClock({ from: Math.min(...clock), to: Math.max(...clock) });
  });

/** Any way to page, through so many events. */
export function anyPaging(count: number): fc.Arbitrary<QueryOptions> {
  return fc.record(
    {
      after: fc.nat({ max: count + 5 }),
      before: fc.nat({ max: count + 5 }),
      limit: fc.oneof(fc.constantFrom(0, 1), fc.nat({ max: 3000 })),
      reverse: fc.boolean(),
    },
    { requiredKeys: [] },
  );
}

/** Sequences of the region, all of them. */
export function sequencesOf(
  index: EventIndex,
  region: Region,
  options: QueryOptions = {},
): number[] {
  const found: number[] = [];
  const query = new SequenceQuery(index, region, options);
  for (let count = query.fill(); count > 0; count = query.fill()) {
    found.push(...query.chunk.subarray(0, count));
    query.grow();
  }
  return found;
}

/** The same answer, by looking at every event. */
export function filtered(
  rows: readonly Row[],
  region: Region,
  { after, before, limit, reverse = false }: QueryOptions = {},
): number[] {
  const found: number[] = [];
  for (const [sequence, row] of rows.entries()) {
    if (row !== undefined && region.matches(row)) found.push(sequence);
  }
  if (reverse) found.reverse();
  const behind = found.filter((sequence) => {
    const begun = after === undefined || (reverse ? sequence < after : sequence > after);
    return begun && (before === undefined || (reverse ? sequence > before : sequence < before));
  });
  return limit === undefined ? behind : behind.slice(0, limit);
}
