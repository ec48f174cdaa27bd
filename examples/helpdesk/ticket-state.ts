import type { StateValue } from 'xstate';

/** How a ticket stands with those who handle it, such as `open.pending.onHold`. */
export function handlingOf(value: StateValue): string {
  return pathOf(regionOf(value, 'handling'));
}

/** What became of the faults it brought to light: `none`, or a state such as `mended`. */
export function anomalyOf(value: StateValue): string {
  return pathOf(regionOf(value, 'anomaly')).replace(/^tracked\./, '');
}

/** Both, the second only when there is something to say. */
export function describeState(value: StateValue): string {
  const anomaly = anomalyOf(value);
  return anomaly === 'none' ? handlingOf(value) : `${handlingOf(value)}, anomaly ${anomaly}`;
}

function regionOf(value: StateValue, region: string): StateValue | undefined {
  return typeof value === 'string' ? undefined : value[region];
}

function pathOf(value: StateValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([name, inner]) => `${name}.${pathOf(inner)}`)
    .join(' ');
}
