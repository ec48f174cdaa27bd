import {
  Coordinate,
  categoryOf,
  defineEvent,
  defineProjection,
  defineReadModel,
  type EventOptions,
  kindOf,
  Region,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { thrownBy } from '../support/store-host.ts';

// What a caller without a compiler may pass.
const wrong = <Type>(value: unknown): Type => value as Type;

const type = 'BATPAK_ARGUMENT_TYPE';
const range = 'BATPAK_ARGUMENT_RANGE';
const coordinate = 'BATPAK_INVALID_COORDINATE';
const all = Region.all();
const projection = { name: 'n', version: 1, initial: () => 0, apply: () => 1 };
const readModel = { ...projection, region: all };
const defineFold = (value: unknown) => () => defineProjection(wrong<typeof projection>(value));

const define = (value: unknown) => () => defineEvent(wrong<EventOptions<unknown>>(value));

describe('what needs no store refuses', () => {
  it.each<readonly [string, string, () => unknown]>([
    ['defineEvent: no options', type, define(undefined)],
    ['defineEvent: no name', type, define({})],
    ['defineEvent: an empty name', range, define({ name: '' })],
    ['defineEvent: a name of 256 characters', range, define({ name: 'x'.repeat(256) })],
    ['defineEvent: a name that is not well-formed', range, define({ name: '\ud800' })],
    ['defineEvent: a kind of the wrong type', type, define({ name: 'x', kind: '1' })],
    ['defineEvent: a reserved kind', 'BATPAK_RESERVED_KIND', define({ name: 'x', kind: 6 })],
    ['defineEvent: version 0', range, define({ name: 'x', version: 0 })],
    ['defineEvent: a schema that is none', type, define({ name: 'x', schema: {} })],
    ['defineEvent: null for a schema', type, define({ name: 'x', schema: null })],
    ['defineProjection: nothing', type, defineFold(null)],
    ['defineProjection: no fold', type, defineFold({ name: 'x', version: 1 })],
    ['defineProjection: an empty name', range, defineFold({ ...projection, name: '' })],
    ['defineProjection: a long name', range, defineFold({ ...projection, name: 'x'.repeat(256) })],
    ['defineProjection: a version of 1.5', range, defineFold({ ...projection, version: 1.5 })],
    ['defineProjection: a negative version', range, defineFold({ ...projection, version: -1 })],
    ['defineProjection: no events', type, defineFold({ ...projection, events: [] })],
    ['defineProjection: names for events', type, defineFold({ ...projection, events: ['moved'] })],
    ['defineProjection: other reads', type, defineFold({ ...projection, reads: 'payloads' })],
    ['defineProjection: another key', type, defineFold({ ...projection, increment: true })],
    ['defineProjection: incremental: 1', type, defineFold({ ...projection, incremental: 1 })],
    ['defineReadModel: nothing', type, () => defineReadModel(wrong<typeof readModel>(null))],
    [
      'defineReadModel: no region',
      type,
      () => defineReadModel(wrong<typeof readModel>(projection)),
    ],
    ['Coordinate.of: a number', type, () => Coordinate.of(wrong(5))],
    ['Coordinate.of: an empty scope', coordinate, () => Coordinate.of('a', '')],
    ['Region.entity: a number', type, () => Region.entity(wrong(5))],
    ['Region.namespace: an empty name', coordinate, () => Region.namespace('')],
    ['Region.prefix: a number', type, () => Region.prefix(wrong(5))],
    ['Region.withScope: null', type, () => all.withScope(wrong(null))],
    ['Region.withKind: -1', range, () => all.withKind(-1)],
    ['Region.withCategory: 16', range, () => all.withCategory(16)],
    ['Region.withClock: null', type, () => all.withClock(wrong(null))],
    ['Region.withClock: a number', type, () => all.withClock(wrong(5))],
    ['Region.withClock: ends the wrong way round', range, () => all.withClock({ from: 2, to: 1 })],
    ['Region.withClock: a negative end', range, () => all.withClock({ to: -1 })],
    ['kindOf: category 16', range, () => kindOf(16, 0)],
    ['kindOf: type 4096', range, () => kindOf(1, 4096)],
    ['categoryOf: 17 bits', range, () => categoryOf(0x10000)],
  ])('%s with %s', (_, code, call) => {
    expect(thrownBy(call)).toMatchObject({ code });
  });
});
