import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { SequenceQuery } from '../../../../src/indexes/query/sequence-query.ts';
import type { QueryOptions } from '../../../../src/model/event-source.ts';
import { Region } from '../../../../src/model/region.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

interface Event {
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
}

const entities = ['order', 'order:1', 'order:2', 'orders', 'player'];
const scopes = ['shop', 'room'];
const kinds = [0x1000, 0x1001, 0x2000];

const anyEvent: fc.Arbitrary<Event> = fc.record({
  entity: fc.constantFrom(...entities),
  scope: fc.constantFrom(...scopes),
  kind: fc.constantFrom(...kinds),
});

const anyRegion: fc.Arbitrary<Region> = fc
  .record({
    base: fc.oneof(
      fc.constant(Region.all()),
      fc.constantFrom(...entities, 'absent').map((entity) => Region.entity(entity)),
      fc.constantFrom('order', 'order:1', 'ord').map((name) => Region.namespace(name)),
      fc.constantFrom('', 'o', 'order', 'x').map((text) => Region.prefix(text)),
    ),
    scope: fc.option(fc.constantFrom(...scopes, 'absent')),
    kind: fc.option(fc.constantFrom(...kinds, 0xffff)),
    category: fc.option(fc.constantFrom(1, 2, 3)),
    clock: fc.option(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 }))),
  })
  .map(({ base, scope, kind, category, clock }) => {
    let region = base;
    if (scope !== null) region = region.withScope(scope);
    if (kind !== null) region = region.withKind(kind);
    if (category !== null) region = region.withCategory(category);
    if (clock === null) return region;
    const [left, right] = clock;
    return region.withClock({ from: Math.min(left, right), to: Math.max(left, right) });
  });

const anyOptions: fc.Arbitrary<QueryOptions> = fc.record(
  {
    after: fc.nat({ max: 45 }),
    limit: fc.oneof(fc.constantFrom(0, 1), fc.nat({ max: 45 })),
    reverse: fc.boolean(),
  },
  { requiredKeys: [] },
);

function indexOf(events: readonly Event[]): EventIndex {
  const index = new EventIndex(1);
  for (const event of events) push(index, event);
  return index;
}

function push(index: EventIndex, { entity, scope, kind }: Event): void {
  const entityId = index.entities.intern(entity);
  index.push({
    kind,
    entityId,
    scopeId: index.scopes.intern(scope),
    clock: index.heads.clock(entityId) + 1,
    offset: 0,
    length: 100,
    timestampUs: 0,
    idBytes: new Uint8Array(16).fill(index.count),
    idAt: 0,
    keyBytes: undefined,
    keyAt: 0,
    hash: undefined,
    hashAt: 0,
  });
}

/** Sequences of the region, one after the other. */
function* querySequences(
  index: EventIndex,
  region: Region,
  options: QueryOptions,
): Generator<number> {
  const query = new SequenceQuery(index, region, options);
  for (let count = query.fill(); count > 0; count = query.fill()) {
    yield* query.chunk.subarray(0, count);
    query.grow();
  }
}

/** The same answer, by looking at every event. */
function filter(events: readonly Event[], region: Region, options: QueryOptions): number[] {
  const { after, limit, reverse = false } = options;
  const clocks = new Map<string, number>();
  const found: number[] = [];
  for (const [sequence, event] of events.entries()) {
    const clock = clocks.get(event.entity) ?? 0;
    clocks.set(event.entity, clock + 1);
    if (region.matches({ ...event, clock })) found.push(sequence);
  }
  if (reverse) found.reverse();
  const behind = found.filter(
    (sequence) => after === undefined || (reverse ? sequence < after : sequence > after),
  );
  return limit === undefined ? behind : behind.slice(0, limit);
}

describe('querySequences', () => {
  it('answers as a filter over all events does', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 40 }),
        anyRegion,
        anyOptions,
        (events, region, options) => {
          const answer = [...querySequences(indexOf(events), region, options)];
          expect(answer).toEqual(filter(events, region, options));
        },
      ),
      propertyRuns(700),
    );
  });

  it('pages through a region without a gap or a repetition, both ways', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 40 }),
        anyRegion,
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        (events, region, reverse, limit) => {
          const index = indexOf(events);
          const paged: number[] = [];
          // As many pages as there are events would do; one that repeats itself has no end.
          for (let pages = 0; pages <= events.length; pages += 1) {
            const last = paged.at(-1);
            const after = last === undefined ? {} : { after: last };
            const page = [...querySequences(index, region, { ...after, limit, reverse })];
            paged.push(...page);
            if (page.length < limit) break;
          }
          expect(paged).toEqual([...querySequences(index, region, { reverse })]);
        },
      ),
      propertyRuns(200),
    );
  });

  it('sees the events that were there when it began, whatever is added meanwhile', () => {
    const event: Event = { entity: 'order:1', scope: 'shop', kind: 0x1000 };
    for (const region of [Region.all(), Region.entity('order:1'), Region.prefix('order')]) {
      const index = indexOf([event, event, event]);
      const seen: number[] = [];
      for (const sequence of querySequences(index, region, {})) {
        seen.push(sequence);
        push(index, event);
      }
      expect(seen).toEqual([0, 1, 2]);
      expect(index.count).toBe(6);
    }
  });

  it('may be left in the middle', () => {
    const event: Event = { entity: 'order:1', scope: 'shop', kind: 0x1000 };
    const index = indexOf([event, event, event]);
    for (const sequence of querySequences(index, Region.entity('order:1'), { reverse: true })) {
      expect(sequence).toBe(2);
      break;
    }
  });
});

describe('querySequences of an index with holes', () => {
  function given(): EventIndex {
    const index = indexOf([{ entity: 'a', scope: 'shop', kind: 0x1000 }]);
    index.pushHole(2, 0);
    push(index, { entity: 'a', scope: 'shop', kind: 0x1000 });
    index.pushHole(1, 0);
    return index;
  }

  it('passes over them in both directions', () => {
    const index = given();
    for (const region of [Region.all(), Region.entity('a'), Region.prefix('a')]) {
      expect([...querySequences(index, region, {})]).toEqual([0, 3]);
      expect([...querySequences(index, region, { reverse: true })]).toEqual([3, 0]);
      expect([...querySequences(index, region, { after: 1 })]).toEqual([3]);
      expect([...querySequences(index, region, { after: 3, reverse: true })]).toEqual([0]);
    }
    expect([...querySequences(index, Region.all().withKind(0), {})]).toEqual([]);
  });
});
