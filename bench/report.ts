import type { JudgedGoal, Result } from './harness.ts';
import type { Goal } from './measure.ts';
import { convert, moreIsBetter } from './units.ts';

const headings = [
  'measure',
  'unit',
  'median',
  'best',
  'per second',
  'floor',
  '× floor',
  'peer',
  '× peer',
  'goals',
];

/** The results as a table for people. */
export function formatTable(results: readonly Result[]): string {
  return alignColumns([headings, ...results.map(cellsOf)]);
}

/** One line of JSON a result, for programs; figures that a row doesn't have are null. */
export function formatJson(result: Result): string {
  return JSON.stringify({
    name: result.name,
    unit: result.unit,
    value: significant(result.value),
    floor: significantOrNull(result.floor),
    peer: significantOrNull(result.peer),
    ratio: significantOrNull(result.ratio),
    peerRatio: significantOrNull(result.peerRatio),
    min: significant(result.min),
    peerName: result.peerName ?? null,
    perSecond: significantOrNull(perSecond(result)),
    goals: result.goals.map(({ goal, actual, met }) => ({
      ...goal,
      actual: significant(actual),
      met,
    })),
  });
}

/** Pads cells so that columns line up; the first is text, the others are pushed right. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const cells of lines) {
    cells.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const last = widths.length - 1;
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => {
          if (column === last) return cell;
          return column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A figure with three or more digits of it, as a person reads it. */
export function formatFigure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: true,
  });
}

function cellsOf(result: Result): string[] {
  return [
    result.name,
    result.unit,
    formatFigure(result.value),
    formatFigure(result.min),
    formatFigure(perSecond(result)),
    formatFigure(result.floor),
    formatFigure(result.ratio),
    result.peer === undefined ? '–' : `${formatFigure(result.peer)} ${result.peerName ?? ''}`,
    formatFigure(result.peerRatio),
    result.goals.map(describeJudged).join(', '),
  ];
}

function describeJudged({ goal, met }: JudgedGoal): string {
  return `${describeGoal(goal)} ${met ? 'pass' : 'FAIL'}`;
}

function describeGoal(goal: Goal): string {
  switch (goal.versus) {
    case 'floor':
      return `≤ ${goal.limit} × floor`;
    case 'peer':
      return `≥ ${goal.limit} × peer`;
    case 'absolute': {
      const limit = goal.limit.toLocaleString('en-US');
      return `${moreIsBetter(goal.unit) ? '≥' : '≤'} ${limit} ${goal.unit}`;
    }
  }
}

/** Events a second, where the figure is the time of one. */
function perSecond({ unit, value }: Result): number | undefined {
  return unit === 'ns/event' ? convert(value, unit, 'events/s') : undefined;
}

function significantOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : significant(value);
}

function significant(value: number): number {
  return Number(value.toPrecision(5));
}
