import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Surface } from './arguments.ts';
import type { Environment } from './environment.ts';
import type { Result } from './harness.ts';
import { alignColumns, formatFigure, formatJson } from './report.ts';

/** The figures of an earlier run that later ones are held against. */
interface Baseline {
  readonly node: string;
  readonly commit: string;
  readonly library: string;
  readonly events: number;
  readonly rows: ReadonlyMap<string, BaselineRow>;
}

interface BaselineRow {
  readonly value: number;
  readonly ratio: number | undefined;
  readonly peerRatio: number | undefined;
}

/** Where the baseline of a surface on this platform lies. */
export function baselinePath(surface: Surface, environment: Environment): string {
  const name = `${surface}-${environment.platform}-${environment.arch}.json`;
  return fileURLToPath(new URL(`baselines/${name}`, import.meta.url));
}

/** Writes the baseline: a row a line, so that a change of one shows as one in a diff. */
export function saveBaseline(
  path: string,
  environment: Environment,
  events: number,
  results: readonly Result[],
): void {
  // The processor is left out: figures are compared on one machine, ratios on any.
  const { node, cores, commit, library } = environment;
  const rows = results.map((result) => `    ${formatJson(result)}`).join(',\n');
  const head = Object.entries({ node, cores, commit, library, events })
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
    .join('');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `{\n${head}  "rows": [\n${rows}\n  ]\n}\n`);
}

/**
 * Shows each result beside the baseline at `path`; says so when there is none, or when it is of
 * another length or of the library in another form.
 */
export function compareWithBaseline(
  path: string,
  environment: Environment,
  events: number,
  results: readonly Result[],
): string {
  if (!existsSync(path)) return `No baseline at ${relative('.', path)}; --save makes one.`;
  const baseline = parseBaseline(readFileSync(path, 'utf8'), path);
  const lines = results.map((result) => changeOf(result, baseline.rows.get(result.name)));
  const headings = [
    'measure',
    'unit',
    'then',
    'now',
    'change',
    '× floor then → now',
    '× peer then → now',
  ];
  const title = `Against commit ${baseline.commit} on Node ${baseline.node}:`;
  const notes = [
    baseline.events === events ? [] : `it wrote ${baseline.events} events, this run ${events}`,
    baseline.library === environment.library
      ? []
      : `it ran the library's ${baseline.library}, this run ${environment.library}`,
  ].flat();
  const head = [title, ...notes.map((note) => `NOTE: ${note}`)].join('\n');
  return `${head}\n${alignColumns([headings, ...lines])}`;
}

function changeOf(result: Result, then: BaselineRow | undefined): string[] {
  if (then === undefined) {
    return [result.name, result.unit, '–', formatFigure(result.value), 'new', '–', '–'];
  }
  return [
    result.name,
    result.unit,
    formatFigure(then.value),
    formatFigure(result.value),
    percent(result.value / then.value - 1),
    `${formatFigure(then.ratio)} → ${formatFigure(result.ratio)}`,
    `${formatFigure(then.peerRatio)} → ${formatFigure(result.peerRatio)}`,
  ];
}

function percent(change: number): string {
  return `${change < 0 ? '−' : '+'}${(Math.abs(change) * 100).toFixed(1)} %`;
}

function parseBaseline(text: string, path: string): Baseline {
  const file: unknown = JSON.parse(text);
  const rows = field(file, 'rows');
  if (!Array.isArray(rows)) throw new Error(`${path} holds no rows`);
  return {
    node: String(field(file, 'node')),
    commit: String(field(file, 'commit')),
    library: String(field(file, 'library')),
    events: numberIn(file, 'events') ?? 0,
    rows: new Map(rows.map((row: unknown) => [String(field(row, 'name')), rowOf(row, path)])),
  };
}

function rowOf(row: unknown, path: string): BaselineRow {
  const value = numberIn(row, 'value');
  if (value === undefined) throw new Error(`${path} has a row without a value`);
  return { value, ratio: numberIn(row, 'ratio'), peerRatio: numberIn(row, 'peerRatio') };
}

function numberIn(object: unknown, key: string): number | undefined {
  const value = field(object, key);
  return typeof value === 'number' ? value : undefined;
}

function field(object: unknown, key: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return Object.entries(object).find(([name]) => name === key)?.[1];
}
