import { unreachable } from './assert.ts';
import { checkCoordinatePart } from './coordinate.ts';
import { ArgumentRangeError, ArgumentTypeError } from './errors/argument-error.ts';
import { BatpakError } from './errors/batpak-error.ts';
import { RegionSyntaxError } from './errors/query-errors.ts';
import { categoryOf, kindMax } from './kind.ts';
import {
  everything,
  formatClock,
  formatTerm,
  parseClock,
  parseNumber,
  type RegionTerm,
  RegionTextProblem,
  splitTerms,
} from './region-text.ts';

/** Largest number of a lane. */
export const laneMax = 0xffff_ffff;

/** How a region picks entities. */
export type EntityMatch =
  | { readonly mode: 'any' }
  | { readonly mode: 'exact' | 'namespace' | 'prefix'; readonly text: string };

/** Clocks from `from` to `to`, both included; either may be left out. */
export interface ClockRange {
  readonly from?: number;
  readonly to?: number;
}

/** What a region looks at. */
export interface RegionSubject {
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly clock: number;
  /** @default 0 */
  readonly lane?: number;
}

interface RegionParts {
  readonly entity: EntityMatch;
  readonly scope?: string;
  readonly kind?: number;
  readonly category?: number;
  readonly clock?: ClockRange;
  readonly lane?: number;
}

/**
 * The one predicate over events: entity, scope, kind or category, clock and lane, all of which
 * must hold. Immutable; a method called twice replaces its part.
 *
 * ```ts
 * const moves = Region.namespace('player').withScope('room:dungeon').withKind(Moved.kind);
 * ```
 */
export class Region {
  readonly entityMatch: EntityMatch;
  /** The event's own scope, or `undefined` for every scope. */
  readonly scope: string | undefined;
  readonly kind: number | undefined;
  readonly category: number | undefined;
  readonly clock: ClockRange | undefined;
  /** The lane, or `undefined` for every lane. */
  readonly lane: number | undefined;

  private constructor(parts: RegionParts) {
    this.entityMatch = parts.entity;
    this.scope = parts.scope;
    this.kind = parts.kind;
    this.category = parts.category;
    this.clock = parts.clock;
    this.lane = parts.lane;
  }

  /** Every event. */
  static all(): Region {
    return new Region({ entity: { mode: 'any' } });
  }

  /** Events of exactly this entity. @throws {InvalidCoordinateError} when it can't be one */
  static entity(entity: string): Region {
    checkCoordinatePart('entity', entity);
    return new Region({ entity: { mode: 'exact', text: entity } });
  }

  /**
   * Events of the entity of this name and of all whose name goes on with a colon: `order` takes
   * `order` and `order:1`, not `orders`. @throws {InvalidCoordinateError} when it can't be one
   */
  static namespace(name: string): Region {
    checkCoordinatePart('entity', name);
    return new Region({ entity: { mode: 'namespace', text: name } });
  }

  /** Events of entities that begin with this text. @throws {ArgumentTypeError} unless a string */
  static prefix(text: string): Region {
    if (typeof text !== 'string') throw new ArgumentTypeError('prefix', text, 'a string');
    return new Region({ entity: { mode: 'prefix', text } });
  }

  /**
   * The region that a text describes, as {@link Region.toString} writes it: `all`, or terms that
   * must all hold, in any order, each once: one of `entity=`, `namespace=` and `prefix=`; `scope=`,
   * `kind=` (`4097` or `0x1001`), `category=`, `clock=` (`3..9`, `3..`, `..9` or `3`), `lane=`. A
   * value with a space or another mark in it stands in quotation marks, as a string of JSON.
   *
   * @throws {RegionSyntaxError} with the position and what should be there
   * @throws {ArgumentTypeError} unless a string
   */
  static parse(text: string): Region {
    if (typeof text !== 'string') throw new ArgumentTypeError('text', text, 'a string');
    const terms = splitTerms(text);
    if (terms instanceof RegionTextProblem) {
      throw new RegionSyntaxError(text, terms.position, terms.expected);
    }
    let region = Region.all();
    for (const term of terms) region = withTerm(region, term, text);
    return region;
  }

  /** The region as text that {@link Region.parse} takes; the same text for the same region. */
  toString(): string {
    const { entityMatch, scope, kind, category, clock, lane } = this;
    const terms: string[] = [];
    if (entityMatch.mode !== 'any') {
      const key = entityMatch.mode === 'exact' ? 'entity' : entityMatch.mode;
      terms.push(formatTerm(key, entityMatch.text));
    }
    if (scope !== undefined) terms.push(formatTerm('scope', scope));
    if (kind !== undefined) terms.push(`kind=0x${kind.toString(16).padStart(4, '0')}`);
    if (category !== undefined) terms.push(`category=${category}`);
    if (clock !== undefined) terms.push(`clock=${formatClock(clock)}`);
    if (lane !== undefined) terms.push(`lane=${lane}`);
    return terms.length === 0 ? everything : terms.join(' ');
  }

  /** Only events emitted in this scope. @throws {InvalidCoordinateError} when it can't be one */
  withScope(scope: string): Region {
    checkCoordinatePart('scope', scope);
    return this.#with({ scope });
  }

  /** Only events of this kind. @throws {ArgumentRangeError} unless an integer 0..65535 */
  withKind(kind: number): Region {
    if (!Number.isInteger(kind) || kind < 0 || kind > kindMax) {
      throw new ArgumentRangeError('kind', kind, `an integer 0..${kindMax}`);
    }
    return this.#with({ kind });
  }

  /** Only events of kinds of this category. @throws {ArgumentRangeError} unless 0..15 */
  withCategory(category: number): Region {
    if (!Number.isInteger(category) || category < 0 || category > 15) {
      throw new ArgumentRangeError('category', category, 'an integer 0..15');
    }
    return this.#with({ category });
  }

  /**
   * Only events whose clock lies in the range, both ends included.
   *
   * @throws {ArgumentRangeError} when an end is no clock or the ends are the wrong way round
   */
  withClock(range: ClockRange): Region {
    if (typeof range !== 'object' || range === null) {
      throw new ArgumentTypeError('clock', range, '{ from, to }');
    }
    checkClock('clock.from', range.from);
    checkClock('clock.to', range.to);
    if (range.from !== undefined && range.to !== undefined && range.from > range.to) {
      throw new ArgumentRangeError('clock.from', range.from, `at most clock.to, ${range.to}`);
    }
    return this.#with({ clock: { ...range } });
  }

  /** Only events of this lane of their entity. @throws {ArgumentRangeError} unless 0..2^32-1 */
  withLane(lane: number): Region {
    if (!Number.isInteger(lane) || lane < 0 || lane > laneMax) {
      throw new ArgumentRangeError('lane', lane, `an integer 0..${laneMax}`);
    }
    return this.#with({ lane });
  }

  /** Whether an event lies in the region. */
  matches(subject: RegionSubject): boolean {
    return (
      this.matchesEntity(subject.entity) &&
      (this.scope === undefined || this.scope === subject.scope) &&
      this.matchesKind(subject.kind) &&
      this.matchesClock(subject.clock) &&
      this.matchesLane(subject.lane ?? 0)
    );
  }

  /** Whether events of the entity can lie in the region. */
  matchesEntity(entity: string): boolean {
    const match = this.entityMatch;
    switch (match.mode) {
      case 'any':
        return true;
      case 'exact':
        return entity === match.text;
      case 'namespace':
        return (
          entity.startsWith(match.text) &&
          (entity.length === match.text.length || entity[match.text.length] === ':')
        );
      case 'prefix':
        return entity.startsWith(match.text);
      default:
        return unreachable(match);
    }
  }

  /** Whether events of the kind can lie in the region. */
  matchesKind(kind: number): boolean {
    if (this.kind !== undefined && this.kind !== kind) return false;
    return this.category === undefined || this.category === categoryOf(kind);
  }

  /** Whether events of the clock can lie in the region. */
  matchesClock(clock: number): boolean {
    const range = this.clock;
    if (range === undefined) return true;
    return clock >= (range.from ?? 0) && clock <= (range.to ?? Number.POSITIVE_INFINITY);
  }

  /** Whether events of the lane can lie in the region. */
  matchesLane(lane: number): boolean {
    return this.lane === undefined || this.lane === lane;
  }

  /** The same, of the entities that another region is of. @internal */
  ofEntitiesOf(other: Region): Region {
    return this.#with({ entity: other.entityMatch });
  }

  #with(parts: Partial<RegionParts>): Region {
    return new Region({
      entity: this.entityMatch,
      ...(this.scope === undefined ? {} : { scope: this.scope }),
      ...(this.kind === undefined ? {} : { kind: this.kind }),
      ...(this.category === undefined ? {} : { category: this.category }),
      ...(this.clock === undefined ? {} : { clock: this.clock }),
      ...(this.lane === undefined ? {} : { lane: this.lane }),
      ...parts,
    });
  }
}

function checkClock(field: string, clock: number | undefined): void {
  if (clock !== undefined && (!Number.isSafeInteger(clock) || clock < 0)) {
    throw new ArgumentRangeError(field, clock, 'an integer from 0');
  }
}

/** Narrows a region by a term of its text. @throws {RegionSyntaxError} when it can't be one */
function withTerm(region: Region, { key, value, position }: RegionTerm, text: string): Region {
  const valueAt = position + key.length + 1;
  try {
    switch (key) {
      case 'entity':
        return region.ofEntitiesOf(Region.entity(value));
      case 'namespace':
        return region.ofEntitiesOf(Region.namespace(value));
      case 'prefix':
        return region.ofEntitiesOf(Region.prefix(value));
      case 'scope':
        return region.withScope(value);
      case 'kind':
        return region.withKind(parseNumber(value));
      case 'category':
        return region.withCategory(parseNumber(value));
      case 'lane':
        return region.withLane(parseNumber(value));
      default: {
        const range = parseClock(value);
        if (range === undefined) throw new RegionSyntaxError(text, valueAt, 'clocks such as 3..9');
        return region.withClock(range);
      }
    }
  } catch (cause) {
    if (cause instanceof RegionSyntaxError || !isRefusal(cause)) throw cause;
    throw new RegionSyntaxError(text, valueAt, `another value: ${cause.message}`, cause);
  }
}

function isRefusal(cause: unknown): cause is Error {
  return cause instanceof ArgumentRangeError || cause instanceof BatpakError;
}
