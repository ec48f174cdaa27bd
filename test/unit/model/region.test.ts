import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coordinate } from '../../../src/model/coordinate.ts';
import { type ClockRange, Region, type RegionSubject } from '../../../src/model/region.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const moved: RegionSubject = { entity: 'order:1', scope: 'shop', kind: 0x2003, clock: 4 };

const names = ['order', 'order:1', 'order:1:line', 'orders', 'ord', 'player:order', ':', '😀:1'];
const anyName = fc.constantFrom(...names);
const anySubject: fc.Arbitrary<RegionSubject> = fc.record({
  entity: anyName,
  scope: fc.constantFrom('shop', 'default'),
  kind: fc.constantFrom(0x1000, 0x1001, 0x2000, 0xf000),
  clock: fc.nat({ max: 5 }),
});

interface Narrowing {
  readonly apply: (region: Region) => Region;
  readonly holds: (subject: RegionSubject) => boolean;
}

const anyClock = fc.option(fc.nat({ max: 5 }), { nil: undefined });

const anyNarrowing: fc.Arbitrary<Narrowing> = fc.oneof(
  fc.constantFrom('shop', 'default', 'absent').map((scope) => ({
    apply: (region: Region) => region.withScope(scope),
    holds: (subject: RegionSubject) => subject.scope === scope,
  })),
  fc.constantFrom(0x1000, 0x2000, 0xffff).map((kind) => ({
    apply: (region: Region) => region.withKind(kind),
    holds: (subject: RegionSubject) => subject.kind === kind,
  })),
  fc.constantFrom(0, 1, 2, 15).map((category) => ({
    apply: (region: Region) => region.withCategory(category),
    holds: (subject: RegionSubject) => Math.floor(subject.kind / 4096) === category,
  })),
  fc
    .tuple(anyClock, anyClock)
    .filter(([from = 0, to = 5]) => from <= to)
    .map(([from, to]) => ({
      apply: (region: Region) =>
        region.withClock({
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        }),
      holds: ({ clock }: RegionSubject) => clock >= (from ?? 0) && clock <= (to ?? 5),
    })),
);

describe('Region', () => {
  it('takes every event by default', () => {
    expect(Region.all().matches(moved)).toBe(true);
  });

  it('takes exactly one entity', () => {
    const region = Region.entity('order:1');
    expect(names.filter((name) => region.matchesEntity(name))).toEqual(['order:1']);
  });

  it('takes a namespace: the name itself and what goes on with a colon', () => {
    const taken = (name: string): string[] =>
      names.filter((each) => Region.namespace(name).matchesEntity(each));
    expect(taken('order')).toEqual(['order', 'order:1', 'order:1:line']);
    expect(taken('order:1')).toEqual(['order:1', 'order:1:line']);
    expect(taken('ord')).toEqual(['ord']);
    expect(taken('😀')).toEqual(['😀:1']);
  });

  it('takes a prefix as it stands, also an empty one', () => {
    const taken = (text: string): string[] =>
      names.filter((each) => Region.prefix(text).matchesEntity(each));
    expect(taken('order')).toEqual(['order', 'order:1', 'order:1:line', 'orders']);
    expect(taken('')).toEqual(names);
  });

  it('asks for everything it was narrowed to', () => {
    const region = Region.entity('order:1')
      .withScope('shop')
      .withKind(0x2003)
      .withCategory(2)
      .withClock({ from: 4, to: 4 });
    expect(region.matches(moved)).toBe(true);
    for (const other of [
      { entity: 'order:2' },
      { scope: 'default' },
      { kind: 0x2004 },
      { clock: 3 },
      { clock: 5 },
    ]) {
      expect(region.matches({ ...moved, ...other })).toBe(false);
    }
  });

  it('includes both ends of a range of clocks, either of which may be open', () => {
    const taken = (region: Region): number[] =>
      [0, 1, 2, 3, 4].filter((clock) => region.matchesClock(clock));
    expect(taken(Region.all().withClock({ from: 1, to: 3 }))).toEqual([1, 2, 3]);
    expect(taken(Region.all().withClock({ from: 2 }))).toEqual([2, 3, 4]);
    expect(taken(Region.all().withClock({ to: 2 }))).toEqual([0, 1, 2]);
    expect(taken(Region.all().withClock({}))).toEqual([0, 1, 2, 3, 4]);
  });

  it('holds for an event when every one of its narrowings does', () => {
    const bases: [Region, (entity: string) => boolean][] = [
      [Region.all(), () => true],
      [Region.entity('order'), (entity) => entity === 'order'],
      [Region.namespace('order'), (entity) => /^order(:|$)/.test(entity)],
      [Region.prefix('ord'), (entity) => entity.slice(0, 3) === 'ord'],
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.uniqueArray(anyNarrowing, { maxLength: 4, selector: ({ apply }) => String(apply) }),
        anySubject,
        ([base, holdsEntity], narrowings, subject) => {
          const region = narrowings.reduce((wider, { apply }) => apply(wider), base);
          const expected =
            holdsEntity(subject.entity) && narrowings.every(({ holds }) => holds(subject));
          expect(region.matches(subject)).toBe(expected);
        },
      ),
      propertyRuns(1_000),
    );
  });

  it('is left as it was by what narrows it, and by a change of the range it was given', () => {
    const all = Region.all();
    const range = { from: 1, to: 2 };
    const narrow = all.withScope('shop').withClock(range);
    range.to = 9;
    expect(all.matches({ ...moved, scope: 'default', clock: 9 })).toBe(true);
    expect(narrow.clock).toEqual({ from: 1, to: 2 });
    expect(narrow.withScope('bar').scope).toBe('bar');
    expect(narrow.scope).toBe('shop');
  });

  it('checks its texts as a coordinate does', () => {
    const long = 'x'.repeat(1025);
    const calls: [() => unknown, string][] = [
      [() => Region.entity(long), 'entity'],
      [() => Region.namespace(long), 'entity'],
      [() => Region.all().withScope(long), 'scope'],
    ];
    for (const [call, part] of calls) {
      expect(call).toThrow(
        expect.objectContaining({ code: 'BATPAK_INVALID_COORDINATE', part, problem: 'too long' }),
      );
    }
    expect(() => Region.prefix(7 as unknown as string)).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'prefix', value: 7 }),
    );
    const scope = Coordinate.of('order').scope;
    expect(Region.all().withScope(scope).scope).toBe('default');
  });

  it('refuses kinds, categories and clocks that can not be', () => {
    const all = Region.all();
    const calls: [() => unknown, string, unknown][] = [
      [() => all.withKind(-1), 'kind', -1],
      [() => all.withKind(0x10000), 'kind', 0x10000],
      [() => all.withKind(0.5), 'kind', 0.5],
      [() => all.withCategory(16), 'category', 16],
      [() => all.withCategory(-1), 'category', -1],
      [() => all.withClock({ from: -1 }), 'clock.from', -1],
      [() => all.withClock({ to: 0.5 }), 'clock.to', 0.5],
      [() => all.withClock({ from: 3, to: 2 }), 'clock.from', 3],
    ];
    for (const [call, field, value] of calls) {
      expect(call).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field, value }),
      );
    }
  });

  it('refuses a range of clocks that is no object', () => {
    for (const range of [undefined, null, 3]) {
      expect(() => Region.all().withClock(range as unknown as ClockRange)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'clock', value: range }),
      );
    }
  });

  it('may ask for the kinds of the store: reading them is free', () => {
    expect(Region.all().withKind(0x0020).matchesKind(0x0020)).toBe(true);
    expect(Region.all().withCategory(0).matchesKind(0x0020)).toBe(true);
  });
});
