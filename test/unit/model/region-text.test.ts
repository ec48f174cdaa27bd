import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Region } from '../../../src/model/region.ts';
import { propertyRuns } from '../../support/property-runs.ts';
import { thrownBy } from '../../support/store-host.ts';

// Whatever a coordinate may hold: 1 to 300 characters, none of them a control character.
const anyPart = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => text.isWellFormed() && !/[\p{Cc}]/u.test(text));

const anyRegion: fc.Arbitrary<Region> = fc
  .record({
    base: fc.oneof(
      fc.constant(Region.all()),
      anyPart.map((text) => Region.entity(text)),
      anyPart.map((text) => Region.namespace(text)),
      fc.string({ unit: 'binary' }).map((text) => Region.prefix(text)),
      fc.constant(Region.prefix('\ud800"\\')),
    ),
    scope: fc.option(anyPart),
    kind: fc.option(fc.nat({ max: 0xffff })),
    category: fc.option(fc.nat({ max: 15 })),
    clock: fc.option(fc.tuple(fc.option(fc.nat()), fc.option(fc.nat()))),
    lane: fc.option(fc.nat({ max: 0xffff_ffff })),
  })
  .map(({ base, scope, kind, category, clock, lane }) => {
    let region = base;
    if (scope !== null) region = region.withScope(scope);
    if (kind !== null) region = region.withKind(kind);
    if (category !== null) region = region.withCategory(category);
    if (lane !== null) region = region.withLane(lane);
    if (clock === null) return region;
    const [from, to] = clock;
    if (from !== null && to !== null && from > to) return region.withClock({ from: to, to: from });
    return region.withClock({
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
    });
  });

describe('the text of a region', () => {
  it('is read back as the same region', () => {
    fc.assert(
      fc.property(anyRegion, (region) => {
        const text = region.toString();
        const read = Region.parse(text);
        expect(read).toEqual(region);
        expect(read.toString()).toBe(text);
      }),
      propertyRuns(500),
    );
  });

  it.each([
    [Region.all(), 'all'],
    [Region.entity('order:1'), 'entity=order:1'],
    [Region.prefix(''), 'prefix=""'],
    [Region.namespace('a b').withScope('"x"'), 'namespace="a b" scope="\\"x\\""'],
    [
      Region.all().withLane(2).withKind(0x1001).withClock({ from: 3 }).withCategory(1),
      'kind=0x1001 category=1 clock=3.. lane=2',
    ],
  ])('is short and in one order: %s', (region, text) => {
    expect(String(region)).toBe(text);
  });

  it('may be written in any order, with spaces, and numbers either way', () => {
    const text = ' lane=0x2  kind=4097 clock=7 all'.replace(' all', '');
    expect(String(Region.parse(text))).toBe('kind=0x1001 clock=7..7 lane=2');
    expect(String(Region.parse('all scope="shop"'))).toBe('scope=shop');
  });

  it.each([
    ['', 0, "'all' or a term"],
    ['  ', 2, "'all' or a term"],
    ['entities=a', 0, 'one of entity'],
    ['scope=a entity', 14, "'=' and a value after 'entity'"],
    ['entity=', 7, "a value after 'entity='"],
    ['entity="a', 7, 'a closing quotation mark'],
    ['entity="\\q"', 7, 'a text as in JSON'],
    ['entity="a"scope=b', 10, 'a space before the next term'],
    ['entity=a prefix=b', 9, "no second term beside 'entity='"],
    ['lane=1 lane=1', 7, "no second term beside 'lane='"],
    ['lane=1 all', 7, "'all' in front of all terms"],
    ['scope=a kind=70000', 13, 'another value: kind must be an integer 0..65535'],
    ['kind=one', 5, 'another value'],
    ['clock=9..3', 6, 'another value: clock.from'],
    ['clock=a', 6, 'clocks such as 3..9'],
    ['scope=""', 6, 'another value: scope must not be empty'],
  ])('tells where it is wrong and what belongs there: %s', (text, position, expected) => {
    const error = thrownBy(() => Region.parse(text));
    expect(error).toMatchObject({
      name: 'RegionSyntaxError',
      code: 'BATPAK_REGION_SYNTAX',
      text,
      position,
      expected: expect.stringContaining(expected),
    });
  });

  it('is a text', () => {
    const read: (text: never) => Region = Region.parse;
    expect(thrownBy(() => read(7 as never))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'text',
    });
  });
});
