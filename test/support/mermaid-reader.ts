/** A state of a picture that was read. */
export interface DrawnState {
  readonly id: string;
  /** What is shown, entity codes decoded. */
  readonly label: string;
  /** Inside of a composite state: one scope, or one for each region. Empty for any other. */
  readonly scopes: DrawnScope[];
  /** Composite states around it, the innermost first. */
  readonly around: readonly DrawnState[];
  readonly scope: DrawnScope;
}

/** The whole picture, the inside of a composite state, or one of its regions. */
export interface DrawnScope {
  readonly states: DrawnState[];
  /** Ids that `[*]` leads to. */
  readonly initial: string[];
  /** Ids that lead to `[*]`. */
  readonly final: string[];
}

/** An edge between two states. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** What is shown, entity codes decoded. */
  readonly label: string;
}

/** A picture that was read. */
export interface DrawnChart {
  readonly whole: DrawnScope;
  readonly states: ReadonlyMap<string, DrawnState>;
  readonly edges: readonly DrawnEdge[];
}

const idPattern = '[A-Za-z][A-Za-z0-9_]*';
const labelPattern = '(?:[\\p{L}\\p{N} _.,()/\\[\\]-]|#\\d+;)+';
const reservedWords =
  'as class classdef click default direction end hide href note root scale state statediagram ' +
  'style acctitle accdescr constructor tostring valueof';
const reserved = new RegExp(
  `^(?:${reservedWords.replaceAll(' ', '|')}|(?:start|end)\\d+|.*_(?:start|end))$`,
  'i',
);

/**
 * Reads what `toMermaid` writes, and throws at the first line that is not of the small part of
 * Mermaid known to be drawn by all its versions:
 *
 * - a state is declared once, in its own scope, before any edge names it;
 * - ids are no keywords, labels have no character that Mermaid could take for something else;
 * - an edge stands in the scope of both its ends, or outermost, and no two are alike;
 * - no edge joins a composite state with itself or with what is inside it, none crosses the border
 *   of a state with regions, and none ends at a composite state inside such a one.
 */
export function readMermaid(text: string): DrawnChart {
  return new Reader(text).chart;
}

class Reader {
  readonly chart: DrawnChart;
  readonly #states = new Map<string, DrawnState>();
  readonly #edges: DrawnEdge[] = [];
  readonly #seen = new Set<string>();
  /** Composite states that are open, the innermost first. */
  #around: DrawnState[] = [];
  #scope: DrawnScope = newScope();
  #line = '';

  constructor(text: string) {
    const [heading, ...lines] = text.split('\n');
    if (heading !== 'stateDiagram-v2') throw new Error(`not a heading: ${heading}`);
    const whole = this.#scope;
    for (const line of lines) this.#read(line);
    if (this.#around.length > 0) throw this.#wrong('a brace is open at the end');
    this.chart = { whole, states: this.#states, edges: this.#edges };
  }

  #read(line: string): void {
    this.#line = line;
    const closes = line.trim() === '}';
    const depth = this.#around.length + (closes ? 0 : 1);
    if (!line.startsWith(`${'  '.repeat(depth)}${line.trim()}`)) throw this.#wrong('bad indent');
    if (/direction\s+(?:TB|BT|LR|RL)|%%/i.test(line)) throw this.#wrong('a directive or comment');
    const read = [
      () => this.#declare(),
      () => this.#close(closes),
      () => this.#nextRegion(),
      () => this.#mark(),
      () => this.#edge(),
    ].some((attempt) => attempt());
    if (!read) throw this.#wrong('not a line that is known');
  }

  #declare(): boolean {
    const found =
      this.#match(`state "(?<label>${labelPattern})" as (?<id>${idPattern})(?<open> \\{)?`) ??
      this.#match(`state (?<id>${idPattern})(?<open> \\{)`) ??
      this.#match(`(?<id>${idPattern})`);
    if (found === undefined) return false;
    const { id = '', label = id, open } = found;
    if (reserved.test(id)) throw this.#wrong('a reserved id');
    if (this.#states.has(id)) throw this.#wrong('declared twice');
    const state = {
      id,
      label: decode(label),
      scopes: open === undefined ? [] : [newScope()],
      around: [...this.#around],
      scope: this.#scope,
    };
    this.#states.set(id, state);
    this.#scope.states.push(state);
    if (open !== undefined) {
      this.#around = [state, ...this.#around];
      this.#scope = last(state.scopes);
    }
    return true;
  }

  #close(closes: boolean): boolean {
    const [closed, ...around] = this.#around;
    if (!closes || closed === undefined) return false;
    if (closed.scopes.some((scope) => scope.states.length === 0)) throw this.#wrong('empty scope');
    this.#around = around;
    this.#scope = closed.scope;
    return true;
  }

  #nextRegion(): boolean {
    const [state] = this.#around;
    if (this.#line.trim() !== '--' || state === undefined) return false;
    this.#scope = newScope();
    state.scopes.push(this.#scope);
    return true;
  }

  /** The initial state, which may be named before it is declared; or a final one. */
  #mark(): boolean {
    const start = this.#match(`\\[\\*\\] --> (?<id>${idPattern})`);
    if (start?.['id'] !== undefined) this.#scope.initial.push(start['id']);
    const end = this.#match(`(?<id>${idPattern}) --> \\[\\*\\]`);
    if (end?.['id'] !== undefined) {
      if (this.#known(end['id']).scope !== this.#scope) throw this.#wrong('final elsewhere');
      this.#scope.final.push(end['id']);
    }
    return start !== undefined || end !== undefined;
  }

  #edge(): boolean {
    const found = this.#match(
      `(?<from>${idPattern}) --> (?<to>${idPattern}) : (?<label>${labelPattern})`,
    );
    if (found === undefined) return false;
    const { from = '', to = '', label = '' } = found;
    if (/^(?:[-_]|\d+[.)] )/.test(label)) throw this.#wrong('a label that is Markdown');
    if (this.#seen.has(`${from} ${to} ${label}`)) throw this.#wrong('the same edge twice');
    this.#seen.add(`${from} ${to} ${label}`);
    this.#checkEnds(this.#known(from), this.#known(to));
    this.#edges.push({ from, to, label: decode(label) });
    return true;
  }

  #checkEnds(from: DrawnState, to: DrawnState): void {
    const isOutermost = this.#around.length === 0;
    const isLocal = from.scope === this.#scope && to.scope === this.#scope;
    if (!isOutermost && !isLocal) throw this.#wrong('an edge in a scope that is not its own');
    for (const [end, other] of [
      [from, to],
      [to, from],
    ] as const) {
      const encloses = end === other || other.around.includes(end);
      if (end.scopes.length > 0 && encloses) throw this.#wrong('an edge into itself');
      const regions = end.around.filter((state) => state.scopes.length > 1);
      const crosses = regions.some((state) => state !== other && !other.around.includes(state));
      if (crosses) throw this.#wrong('an edge across the border of regions');
      const isInner = end.scopes.length > 0 && regions.length > 0;
      if (isInner) throw this.#wrong('an edge at a composite state inside regions');
    }
  }

  #known(id: string): DrawnState {
    const state = this.#states.get(id);
    if (state === undefined) throw this.#wrong(`${id} is not declared yet`);
    return state;
  }

  #match(pattern: string): Record<string, string | undefined> | undefined {
    return new RegExp(`^ +${pattern}$`, 'u').exec(this.#line)?.groups;
  }

  #wrong(what: string): Error {
    return new Error(`${what}: ${this.#line}`);
  }
}

function newScope(): DrawnScope {
  return { states: [], initial: [], final: [] };
}

function last(scopes: readonly DrawnScope[]): DrawnScope {
  const scope = scopes.at(-1);
  if (scope === undefined) throw new Error('a composite state has a scope');
  return scope;
}

function decode(label: string): string {
  return label.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
