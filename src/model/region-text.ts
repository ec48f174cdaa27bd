/**
 * A region as a line of text: terms of `key=value`, separated by spaces, all of which must hold.
 * A value that could be misread is quoted as JSON is.
 */

/** What a term can say. `entity`, `namespace` and `prefix` exclude each other. */
export const regionKeys: readonly string[] = [
  ...['entity', 'namespace', 'prefix', 'scope', 'kind', 'category', 'clock', 'lane'],
];

/** The word for a region without a term. */
export const everything = 'all';

/** A term as it stands in a text. */
export interface RegionTerm {
  readonly key: string;
  readonly value: string;
  /** Where the term begins, in UTF-16 units. */
  readonly position: number;
}

/** Why a text is no region, and where. */
export class RegionTextProblem {
  readonly position: number;
  readonly expected: string;

  constructor(position: number, expected: string) {
    this.position = position;
    this.expected = expected;
  }
}

/** Values made of these alone stand as they are. */
const plain = /^[\p{L}\p{N}_:./@+-]+$/u;

/** A term, its value quoted where it has to be. */
export function formatTerm(key: string, value: string): string {
  return `${key}=${plain.test(value) ? value : JSON.stringify(value)}`;
}

const keyAt = /([a-z]+)(=?)/y;
const bareValueAt = /[^\s"]+/y;
const quotedValueAt = /"(?:[^"\\]|\\.)*"/y;

/** Splits a text into its terms; of `all` there are none. */
export function splitTerms(text: string): readonly RegionTerm[] | RegionTextProblem {
  const terms: RegionTerm[] = [];
  let at = pastSpaces(text, 0);
  if (at === text.length) return new RegionTextProblem(at, `'${everything}' or a term`);
  while (at < text.length) {
    const term = termAt(text, at);
    if (term instanceof RegionTextProblem) return term;
    at = pastSpaces(text, term.end);
    if (at === term.end && at < text.length) {
      return new RegionTextProblem(at, 'a space before the next term');
    }
    if (term.key === everything) {
      if (term.position > 0 && text.slice(0, term.position).trim() !== '') {
        return new RegionTextProblem(term.position, `'${everything}' in front of all terms`);
      }
      continue;
    }
    const twin = terms.find(({ key }) => conflict(key, term.key));
    if (twin !== undefined) {
      return new RegionTextProblem(term.position, `no second term beside '${twin.key}='`);
    }
    terms.push({ key: term.key, value: term.value, position: term.position });
  }
  return terms;
}

function termAt(text: string, at: number): (RegionTerm & { end: number }) | RegionTextProblem {
  keyAt.lastIndex = at;
  const [whole = '', key = '', equals = ''] = keyAt.exec(text) ?? [];
  const valueAt = at + whole.length;
  if (key === everything && equals === '') return { key, value: '', position: at, end: valueAt };
  if (!regionKeys.includes(key)) {
    return new RegionTextProblem(at, `one of ${regionKeys.join(', ')}`);
  }
  if (equals === '') return new RegionTextProblem(valueAt, `'=' and a value after '${key}'`);
  const quoted = text[valueAt] === '"';
  const pattern = quoted ? quotedValueAt : bareValueAt;
  pattern.lastIndex = valueAt;
  const raw = pattern.exec(text)?.[0];
  if (raw === undefined) {
    const expected = quoted ? 'a closing quotation mark' : `a value after '${key}='`;
    return new RegionTextProblem(valueAt, expected);
  }
  const value = quoted ? unquoted(raw) : raw;
  if (value === undefined) return new RegionTextProblem(valueAt, 'a text as in JSON');
  return { key, value, position: at, end: valueAt + raw.length };
}

function unquoted(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function conflict(left: string, right: string): boolean {
  if (left === right) return true;
  const entityKeys = ['entity', 'namespace', 'prefix'];
  return entityKeys.includes(left) && entityKeys.includes(right);
}

function pastSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  return at;
}

/** `3..9`, `3..`, `..9` or `..`. */
export function formatClock({ from, to }: { from?: number; to?: number }): string {
  return `${from ?? ''}..${to ?? ''}`;
}

/** The ends of a range as {@link formatClock} writes it; one number is a range of one. */
export function parseClock(value: string): { from?: number; to?: number } | undefined {
  const [, single, from = '', to = ''] = /^(?:(\d+)|(\d*)\.\.(\d*))$/.exec(value) ?? [];
  if (single !== undefined) return { from: Number(single), to: Number(single) };
  if (!value.includes('..')) return undefined;
  if (!/^\d*\.\.\d*$/.test(value)) return undefined;
  return {
    ...(from === '' ? {} : { from: Number(from) }),
    ...(to === '' ? {} : { to: Number(to) }),
  };
}

/** A number as `12` or `0x1001`; NaN for anything else. */
export function parseNumber(value: string): number {
  return /^(?:\d+|0x[0-9a-fA-F]+)$/.test(value) ? Number(value) : Number.NaN;
}
