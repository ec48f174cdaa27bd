import { and, assign, cancel, emit, enqueueActions, log, not, or, raise, stateIn } from 'xstate';

/** A guard as plain data. */
export type GuardSpec =
  | { readonly kind: GuardKind; readonly n: number }
  | { readonly kind: 'and' | 'or' | 'not'; readonly of: readonly GuardSpec[] }
  | { readonly kind: 'in'; readonly state: number };

/** Guards that are not combined of others. */
export type GuardKind = 'inline' | 'named' | 'params' | 'computed' | 'composed' | 'throwing';

/** An action as plain data. */
export interface ActionSpec {
  readonly kind: ActionKind;
  readonly n: number;
}

/** Kinds of actions, the rare one last. */
export const actionKinds = [
  'assign',
  'patch',
  'named',
  'params',
  'computed',
  'emit',
  'emitComputed',
  'raise',
  'raiseComputed',
  'enqueue',
  'log',
  'effect',
  'raiseLater',
  'cancel',
  'throwing',
] as const;
type ActionKind = (typeof actionKinds)[number];

/** Context of a generated machine: all that was done, in order, and what guards ask for. */
export interface GeneratedContext {
  readonly n: number;
  /** What internal transitions burn, so that none goes on for ever. */
  readonly fuel: number;
  readonly log: readonly string[];
}

interface Args {
  readonly context: GeneratedContext;
  readonly event: { readonly type: string; readonly n?: number };
}

/** A number that changes from step to step, the same in every run. */
function sum({ context, event }: Args): number {
  return context.n + (event.n ?? event.type.length) + context.log.length;
}

/** Guards that specs name. */
export const namedGuards = {
  hasFuel: ({ context }: Args) => context.fuel > 0,
  isOdd: (args: Args) => sum(args) % 2 === 1,
  divides: (args: Args, params: { n: number } | undefined) =>
    sum(args) % ((params?.n ?? 0) + 2) !== 0,
  composed: or([
    not('isOdd' as never),
    ({ context }: { context: unknown }) => (context as GeneratedContext).fuel > 2,
  ]),
};

/** The guard that a spec describes. `stateId` gives the id of a state by its number. */
export function guardOf(spec: GuardSpec, stateId: (number: number) => string): unknown {
  switch (spec.kind) {
    case 'inline':
      return (args: Args) => sum(args) % (spec.n + 2) !== 0;
    case 'named':
      return 'isOdd';
    case 'params':
      return { type: 'divides', params: { n: spec.n } };
    case 'computed':
      return { type: 'divides', params: ({ event }: Args) => ({ n: spec.n + (event.n ?? 0) }) };
    case 'composed':
      return 'composed';
    case 'throwing':
      return (args: Args) => {
        if (sum(args) % 4 === spec.n) throw new RangeError(`thrown ${spec.n}`);
        return true;
      };
    case 'in':
      return stateIn(stateId(spec.state) as never);
    case 'and':
      return and(spec.of.map((each) => guardOf(each, stateId)) as never);
    case 'or':
      return or(spec.of.map((each) => guardOf(each, stateId)) as never);
    case 'not':
      return not(guardOf(spec.of[0] ?? spec, stateId) as never);
  }
}

function note({ context, event }: Args, text: string) {
  return { log: [...context.log, `${text} of ${event.type}`], n: context.n + 1 };
}

/** Actions that specs name. */
export const namedActions = {
  burn: assign(({ context }: { context: GeneratedContext }) => ({ fuel: context.fuel - 1 })),
  note: assign((args: unknown, params: { text: string } | undefined) =>
    note(args as Args, params?.text ?? 'note'),
  ),
  refuel: assign({ fuel: 4 }),
  effect: () => undefined,
} as never;

/** The action that a spec describes; `text` tells where it stands. */
export function actionOf({ kind, n }: ActionSpec, text: string): unknown {
  switch (kind) {
    case 'assign':
      return assign((args) => note(args as never, text));
    case 'patch':
      return assign({
        n: ({ context }: { context: { n: number } }) => context.n + n,
        log: (args: unknown) => note(args as Args, text).log,
      } as never);
    case 'named':
      return 'note';
    case 'params':
      return { type: 'note', params: { text } };
    case 'computed':
      return { type: 'note', params: (args: Args) => ({ text: `${text} ${sum(args)}` }) };
    case 'emit':
      return emit({ type: 'told', text });
    case 'emitComputed':
      return emit((args) => ({ type: 'told', text, sum: sum(args as never) }));
    case 'raise':
      return raise({ type: `r.${1 + (n % 2)}`, n } as { type: string });
    case 'raiseComputed':
      return raise((args) => ({ type: `r.${1 + (n % 2)}`, n: sum(args as never) % 5 }));
    case 'enqueue':
      return enqueueActions(({ enqueue, check, context, event }) => {
        const args = { context, event } as never;
        if (check('isOdd' as never)) enqueue.assign(note(args, text) as never);
        if (sum(args) % 3 === 0) enqueue.raise({ type: 'r.1', n } as never);
        enqueue('note' as never);
        if (n > 3) enqueue.emit({ type: 'told', text: `enqueued ${text}` } as never);
      });
    case 'log':
      return log(({ context }) => (context as GeneratedContext).n);
    case 'effect':
      return { type: 'effect', params: { n } };
    case 'raiseLater':
      return raise((args) => ({ type: 'r.1', n: sum(args as never) % 5 }), {
        id: `t${n % 2}`,
        delay: (n % 2 === 0 ? 'later' : (args: Args) => sum(args)) as never,
      });
    case 'cancel':
      return cancel((n % 2 === 0 ? `t${n % 3}` : () => 't1') as never);
    case 'throwing':
      return assign((args) => {
        if (sum(args as never) % 3 === 0) throw new RangeError(`thrown ${text}`);
        return note(args as never, text);
      });
  }
}
