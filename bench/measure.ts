import type { Unit } from './units.ts';

/** What one run measured: value by measure name, in the unit of the rows that show it. */
export type Values = Readonly<Record<string, number>>;

/** One of several that do the same work: the library, its floor, or a peer. */
export interface Contestant {
  readonly name: string;
  /** Does the work once, times only what counts, checks its own result and cleans up. */
  run(): Values | Promise<Values>;
}

/** What a figure is held against. A goal that is missed is printed and fails nothing. */
export type Goal =
  /** At most `limit` times the floor. */
  | { readonly versus: 'floor'; readonly limit: number }
  /** At least `limit` times as fast (or as small) as the peer. */
  | { readonly versus: 'peer'; readonly limit: number }
  /**
   * At most `limit`, or at least `limit` of a rate, whatever others do in the same run. In a unit
   * of its own, into which the row's can be converted.
   */
  | { readonly versus: 'absolute'; readonly limit: number; readonly unit: Unit };

/** A line of the report: one measure of one contestant beside the same measure of others. */
export interface Row {
  readonly name: string;
  readonly measure: string;
  readonly unit: Unit;
  /** Name of the contestant whose figure this is. */
  readonly subject: string;
  /** Name of the contestant that does only the work which nobody can skip. */
  readonly floor?: string;
  /** Name of the contestant a user would otherwise pick. */
  readonly peer?: string;
  readonly goals?: readonly Goal[];
}

/** Contestants that are run in turns, and the lines made of what they measured. */
export interface Group {
  readonly name: string;
  readonly contestants: readonly Contestant[];
  readonly rows: readonly Row[];
  /** Most rounds worth running, for measures that don't vary. */
  readonly roundsMax?: number;
  /** Whether a round that nobody sees comes first, to compile the code. @default true */
  readonly warmUp?: boolean;
}

/** A store, or one of its peers, did not hold what was put into it. Ends the run as failed. */
export class MisbehaviourError extends Error {
  override get name(): string {
    return 'MisbehaviourError';
  }
}

/** Throws {@link MisbehaviourError} unless the two are the same value. */
export function mustEqual(what: string, actual: unknown, expected: unknown): void {
  if (Object.is(actual, expected)) return;
  throw new MisbehaviourError(`${what} is ${String(actual)}, expected ${String(expected)}`);
}

/** Nanoseconds that the work took. */
export function nanosecondsOf(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

/** Nanoseconds until the promise of the work resolved. */
export async function nanosecondsOfAsync(work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start);
}

// Results end up here and are printed, so that no compiler may drop the work they came from.
let consumed = 0;

/** Uses a result. */
export function consume(value: number): void {
  consumed = (consumed + value) % 0x1_0000_0000;
}

/** Everything consumed so far, in one number. */
export function consumedTotal(): number {
  return consumed;
}
