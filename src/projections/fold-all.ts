import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import type { StoredEvent } from '../model/event.ts';
import { Region } from '../model/region.ts';
import { kindsRead, takes } from './fold.ts';
import { checkProjection, type Projection, type StateOf } from './projection.ts';
import type { ProjectionSource } from './projection-source.ts';

/** The states of several projections, in their order. */
export type StatesOf<Projections extends readonly Projection<unknown>[]> = {
  -readonly [Index in keyof Projections]: Readonly<StateOf<Projections[Index]>>;
};

const projectionsMax = 64;

/** Folds the events of the region by several projections in one pass. Nothing is kept. */
export function foldAll(
  source: ProjectionSource,
  projections: readonly Projection<unknown>[],
  region: Region,
): unknown[] {
  check(projections, region);
  const states = projections.map((projection): unknown => projection.initial());
  const kinds = projections.map((projection) => kindsRead(source, projection));
  const whole = projections.some(({ reads }) => reads === 'events');
  const events = whole ? source.events(region) : source.query(region);
  for (const event of events) {
    // A fold of entries asks for no more than entries.
    const read = event as StoredEvent;
    for (const [index, projection] of projections.entries()) {
      const taken = kinds[index];
      if (taken !== undefined && !takes(taken, projection, read)) continue;
      states[index] = projection.apply(states[index], read);
    }
  }
  return states;
}

function check(projections: readonly Projection<unknown>[], region: Region): void {
  if (!Array.isArray(projections) || projections.length > projectionsMax) {
    const expected = `a list of up to ${projectionsMax} projections`;
    throw new ArgumentTypeError('projections', projections, expected);
  }
  for (const projection of projections) checkProjection(projection);
  if (!(region instanceof Region)) throw new ArgumentTypeError('region', region, 'a Region');
}
