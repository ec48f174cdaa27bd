import type { Denial } from './denial.ts';

/** What a guard is told of a command to an aggregate. Plain values that nobody changes. */
export interface CommandContext {
  /** Name of the aggregate's definition. */
  readonly aggregate: string;
  readonly id: string;
  /** State value and context of its machine; `undefined` when it has not begun. */
  readonly state: { readonly value: unknown; readonly context: unknown } | undefined;
}

/**
 * What stands in front of commands: a pipeline of gates, as aggregates see it. It is asked before
 * the machine is, and says what the records of an allowed command must bear.
 */
export interface CommandGuard<Context = CommandContext, Command = unknown> {
  /** Judges a command. Never throws because of what its gates do. */
  judge(context: Context, command: Command): Judgement;
}

/**
 * A guard's answer. What is allowed may be written once, with `decision` as the extension of that
 * name on each of its records; `settle` is told how that ended, exactly once.
 */
export type Judgement =
  | {
      readonly allowed: true;
      readonly decision: Uint8Array;
      /** `failed` also when nothing was written, because the machine refused the command. */
      settle(how: 'committed' | 'failed'): void;
    }
  | { readonly allowed: false; readonly denial: Denial };
