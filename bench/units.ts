/** What figures are counted in. */
export type Unit =
  | 'ns/event'
  | 'µs/event'
  | 'events/s'
  | 'ns/call'
  | 'µs/call'
  | 'ms'
  | 's'
  | 'B/event'
  | 'B/aggregate'
  | 'events';

/** Whether more of it is better: so it is with rates, and with nothing else here. */
export function moreIsBetter(unit: Unit): boolean {
  return unit === 'events/s';
}

/** The same figure in another unit. @throws {RangeError} when the two measure different things */
export function convert(value: number, from: Unit, to: Unit): number {
  if (from === to) return value;
  if (from === 'ns/event' && to === 'µs/event') return value / 1e3;
  if (from === 'ns/event' && to === 'events/s') return 1e9 / value;
  if (from === 'ns/call' && to === 'µs/call') return value / 1e3;
  throw new RangeError(`${from} can't be told in ${to}`);
}
