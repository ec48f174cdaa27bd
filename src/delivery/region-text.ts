import type { Region } from '../model/region.ts';

/** A region as text, the same for regions that take the same events: what a cursor is bound to. */
export function regionText(region: Region): string {
  const { entityMatch, scope, kind, category, clock, lane } = region;
  const { from, to } = clock ?? {};
  // JSON leaves out what is undefined; the order of the keys is the order here.
  const range = from === undefined && to === undefined ? undefined : { from, to };
  return JSON.stringify({ entity: entityMatch, scope, kind, category, clock: range, lane });
}
